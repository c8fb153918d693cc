/** Something about the host's setup that nothing but the host can mend. The message says how. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}
