import type { longestId } from '../contract/fields.js'

/** The type holds it to the contract's number, which is not imported: no schema gets into a browser. */
const longest: typeof longestId = 191

/** Whether something can be an id of anything; else the server would refuse all that it comes with. */
export const isId = (id: unknown): id is string =>
  typeof id === 'string' && id !== '' && id.length <= longest && !/[\0]| $/.test(id) && isWellFormed(id)

/** `String.prototype.isWellFormed` is younger than many browsers. */
function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
