import type { Page } from '../../contract/fields.js'
import type { Message } from '../../contract/messages.js'
import type { KnownPins } from './room-entry.js'
import { entryOf, patch, type State } from './state.js'

export const noPins: KnownPins = { byId: new Map(), isRead: false, error: null }

/** Merges messages into the pinned ones, if those were requested: of two versions the higher revision wins. */
export function mergePins(
  state: State,
  roomId: string,
  messages: readonly Message[],
  changes?: Partial<KnownPins>,
): State {
  const { pins } = entryOf(state, roomId)
  if (!pins) return state
  const newer = messages.filter(({ id, pinnedAt, revision }) => {
    const known = pins.byId.get(id)
    // Until the list was read, an older answer may be on its way.
    return known ? known.revision <= revision : pinnedAt !== null || !pins.isRead
  })
  if (newer.length === 0 && !changes) return state
  const byId = new Map([...pins.byId, ...newer.map((message): [string, Message] => [message.id, message])])
  return patch(state, roomId, { pins: { ...pins, byId, ...changes } })
}

/** Takes the list as the server has it; there is one page. */
export const takePins = (state: State, { items }: Page<Message>, _asked: number, roomId: string): State =>
  mergePins(state, roomId, items, { isRead: true, error: null })
