/** Whether something can be an id of anything; else the server would refuse all that it comes with. */
export const isId = (id: unknown): id is string =>
  typeof id === 'string' && id !== '' && id.length <= 191 && !/[\0]| $/.test(id) && isWellFormed(id)

/** `String.prototype.isWellFormed` is younger than many browsers. */
function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
