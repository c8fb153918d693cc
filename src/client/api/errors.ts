import type { Problem, ProblemCode, ProblemPart } from '../../contract/problems.js'

/**
 * Why something failed: the codes of the server, and those of a client that got no answer.
 *
 * - `unreachable`: nobody answered a request, or something that is not the chat did.
 * - `disconnected`: there is no live socket; of a command that was under way nobody knows whether it was done.
 * - `aborted`: the caller's `signal` ended it, the client was closed, or it is of a room that is not the user's any more.
 * - `file_lost`: the page was gone before the files of a message were uploaded, and with it their bytes.
 */
export type ChatClientErrorCode = ProblemCode | 'unreachable' | 'disconnected' | 'aborted' | 'file_lost'

/** What is known of a failure. */
export interface ChatClientErrorDetails {
  /** What the server said. */
  problem?: Problem | undefined
  /** Milliseconds after which trying again makes sense. */
  retryAfterMs?: number | undefined
  /** With what code the socket was closed. */
  closeCode?: number | undefined
  /** The error behind it. */
  cause?: unknown
}

/** Every failure of the client. Narrow it by `code`; `message` is what the server said, else the code, and may change. */
export class ChatClientError extends Error {
  override readonly name = 'ChatClientError'
  /** What to switch on. */
  declare readonly code: ChatClientErrorCode
  /** What the server said, where it answered. */
  declare readonly problem: Problem | undefined
  /** Milliseconds after which trying again makes sense, where the server said so. */
  declare readonly retryAfterMs: number | undefined
  /** Of `disconnected`: the code with which the socket was closed, as the protocol lists them, where it was closed by a peer. */
  declare readonly closeCode: number | undefined

  constructor(code: ChatClientErrorCode, details: ChatClientErrorDetails = {}) {
    super(details.problem?.detail ?? details.problem?.title ?? code, details)
    Object.assign(this, details, { code })
  }

  /** The HTTP status that belongs to the code; undefined where nobody answered. */
  get status(): number | undefined {
    return this.problem?.status
  }

  /** What is wrong with the request, of `invalid_request` and `too_large`. */
  get errors(): ProblemPart[] {
    return this.problem?.errors ?? []
  }

  /** Whether the very same request has a chance a little later. */
  get isTransient(): boolean {
    return ['unreachable', 'disconnected', 'unavailable', 'rate_limited', 'slow_mode'].includes(this.code)
  }
}
