import type { AnyData, DataTypes } from '../../contract/data.js'
import type { Message } from '../../contract/messages.js'
import type { ChatClientError } from './errors.js'
import type { Observable } from './observable.js'

/** A room's pinned messages. */
export interface PinList<Data extends DataTypes = AnyData> {
  /** Newest pin first; all that there are. */
  items: readonly Message<Data>[]
  /** `idle`: nobody asked for it yet. `failed`: see `error`; `load` tries again. */
  status: 'idle' | 'loading' | 'ready' | 'failed'
  /** Why it failed; null where it did not. */
  error: ChatClientError | null
}

/** A room's pinned messages; once they are loaded, the list keeps up with what others pin. */
export interface Pins<Data extends DataTypes = AnyData> extends Observable<PinList<Data>> {
  /** Loads them, unless they are there. Never rejects: see `status`. */
  load(): Promise<void>
  /**
   * Pins a message, which the room is told; needs `canEditRoom`, but in a private room both may. Resolves with the message
   * as it is then.
   *
   * @throws `forbidden` without the permission, `silenced`, `blocked`, `conflict` for a deleted message, one in which the
   * chat says what happened, and where as many as may be are pinned, `not_found`, `disconnected`.
   */
  pin(messageId: string): Promise<Message<Data>>
  /**
   * Unpins a message; also where it is not pinned.
   *
   * @throws `forbidden` without the permission, `silenced`, `blocked`, `not_found`, `disconnected`.
   */
  unpin(messageId: string): Promise<void>
}
