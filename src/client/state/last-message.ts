import type { Message } from '../../contract/messages.js'
import type { ShownMessage } from '../api/messages.js'
import type { LastMessage, RoomEntry } from './room-entry.js'
import { entryOf, patch, type State } from './state.js'
import { firstSeqOf } from './too-old.js'

const put = (state: State, id: string, last: LastMessage): State => {
  const { room } = entryOf(state, id)
  return patch(state, id, { last, room: { ...room, lastMessage: last.message } })
}

/** Searches the history for it, from the end down as long as no message is missing. */
function searched({ history, room }: RoomEntry, last: LastMessage): LastMessage {
  const items = new Map(history?.items.map((item) => [item.seq, item]))
  const isShown = ({ seq, deletedAt }: Message) => deletedAt === null && !last.deleted.has(seq)
  for (let seq = room.lastMessageSeq; seq >= firstSeqOf(room); seq -= 1) {
    const item = items.get(seq)
    if (item && isShown(item)) return { ...last, message: bare(item), isUnknown: false }
    if (!item && !last.deleted.has(seq)) {
      const nearest = history?.items.filter(isShown).at(-1)
      return { ...last, message: nearest ? bare(nearest) : null, isUnknown: true }
    }
  }
  return { ...last, message: null, isUnknown: false }
}

const bare = ({ key: _, state: __, error: ___, ...message }: ShownMessage): Message => message

/** The server said which one it is, at a revision of the room. */
export function setLast(state: State, id: string, revision: number, given: Message | null): State {
  const entry = entryOf(state, id)
  const { message: known, setAt, deleted } = entry.last
  if (revision < setAt) return state
  const isNewer = known && (known.seq - (given?.seq ?? 0) || known.revision - (given?.revision ?? 0)) > 0
  const message = isNewer && known.revision > revision ? known : given
  const last: LastMessage = {
    ...{ message, setAt: revision, isUnknown: false },
    deleted: new Map([...deleted].filter(([, deletedAt]) => deletedAt > revision)),
  }
  return put(state, id, message && last.deleted.has(message.seq) ? searched(entry, last) : last)
}

/** A message was created, changed or deleted; the history has it already. */
export function applyLast(state: State, message: Message): State {
  const { roomId, seq, revision, deletedAt } = message
  const entry = entryOf(state, roomId)
  const { last } = entry
  const known = last.message?.seq ?? 0
  if (deletedAt !== null) {
    if (revision <= last.setAt) return state
    const next = { ...last, deleted: new Map(last.deleted).set(seq, revision) }
    return put(state, roomId, known === seq ? searched(entry, next) : next)
  }
  if (last.deleted.has(seq)) return state
  const isIt = seq === known ? revision >= (last.message?.revision ?? 0) : seq > known && revision > last.setAt
  if (!isIt) return state
  return put(state, roomId, { ...last, message, isUnknown: last.isUnknown && seq < entry.room.lastMessageSeq })
}
