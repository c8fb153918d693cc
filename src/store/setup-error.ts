/** A fault of the host's setup, which only the host can fix. The message says how. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}
