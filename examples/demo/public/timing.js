export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs `work` once, soon, however often it is asked for in between. A timer, as frames do not come to a hidden page. */
export function soon(work) {
  let isComing = false
  return () => {
    if (isComing) return
    isComing = true
    setTimeout(() => {
      isComing = false
      work()
    })
  }
}
