import { pause } from './timing.js'

const settleMs = 150

/** Marks the open room as read up to its end, while somebody can see that end. */
export function createReadMarker({ store, connection, isAtEnd, getOpen }) {
  let isMarking = false

  function inSight() {
    const conversation = getOpen()
    const isSeen = connection.isLive && document.visibilityState === 'visible' && isAtEnd()
    return isSeen && conversation?.hasMessages ? conversation : null
  }

  async function mark() {
    const conversation = inSight()
    if (!conversation?.unread) return
    const { id, room } = conversation
    const me = await connection.command('read', { roomId: id, seq: room.lastMessageSeq })
    store.takeMe(id, me)
  }

  async function check() {
    if (isMarking || !inSight()?.unread) return
    isMarking = true
    try {
      // A burst of messages is one reading.
      await pause(settleMs)
      await mark()
    } catch {
      // Whatever happens next asks again.
    } finally {
      isMarking = false
    }
  }

  document.addEventListener('visibilitychange', check)
  return { check, inSight }
}
