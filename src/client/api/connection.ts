import type { ChatClientError } from './errors.js'

/**
 * - `idle`: nobody asked to connect yet, or nobody wants to be any more.
 * - `connecting`: for the first time.
 * - `live`: what happens is told at once.
 * - `reconnecting`: the connection was lost, and comes back by itself.
 * - `offline`: the same, and the device says that it has no network.
 * - `replaced`: the same user has opened more connections than they may have, elsewhere and later. It comes back when somebody
 *   uses it: when its page is shown, clicked or typed in, by `wake`, and by any call that asks something of the server.
 * - `signed-out`: the session is over. `connect` starts the next one; it is looked for, too, when the page or the network
 *   comes back, and by `wake`.
 */
export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline' | 'replaced' | 'signed-out'

/** How it stands with the connection. */
export interface ConnectionState {
  /** Whether what happens is told at once. */
  status: ConnectionStatus
  /** Why it is not live, where that is known. */
  error: ChatClientError | null
  /** When the next attempt is due, in ms since 1970; null while one is under way or none will come. */
  retryAt: number | null
}
