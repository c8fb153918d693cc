/** Longest delay of a timer; one that is longer would end at once. */
const longestMs = 2 ** 31 - 1

/** Work that counts as failed once it takes longer. It goes on all the same, and its late result is ignored. */
export function withTimeout<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.min(ms, longestMs)).unref()
  })
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer))
}
