const later = (one, other) => {
  if (!one || !other) return one ?? other ?? null
  if (one.seq !== other.seq) return one.seq > other.seq ? one : other
  return one.revision > other.revision ? one : other
}

/** Both sides of me in a room; the marker only ever moves forward. */
function joinMe(older, newer) {
  if (!older || !newer) return newer ?? older
  return { ...older, ...newer, lastReadSeq: Math.max(older.lastReadSeq ?? 0, newer.lastReadSeq ?? 0) }
}

/**
 * My reactions to a message that came without them. `userIds` holds the first 20 only: beyond those, what was known stays,
 * changed by `cause` if that was me.
 */
function myReactionsOf(message, known, myId, cause) {
  const mine = message.reactions.filter(({ reaction, count, userIds }) => {
    if (userIds.includes(myId)) return true
    if (cause?.userId === myId && cause.reaction === reaction) return cause.type === 'reaction.added'
    return count > userIds.length && known?.myReactions.includes(reaction)
  })
  return mine.map(({ reaction }) => reaction)
}

/**
 * One room as far as it is known here. Snapshots over HTTP and events over the socket arrive in any order;
 * of each object the higher revision wins.
 */
export class Conversation {
  /** Grows out of snapshots and of single facts that events tell, so it may be partial until `isMine`. */
  room
  /** Every change up to this revision has been seen: what `hello` says. */
  seen
  members = new Map()
  membersCursor
  typingIds = []
  /** Changes when what was read before is void. */
  generation = 0
  #messages = new Map()
  /** Everything from this message on is here; null while nothing has been read. */
  firstSeq = null
  hasBefore = false

  constructor(id, seen) {
    this.room = { id, revision: 0, lastMessageSeq: 0 }
    this.seen = seen
  }

  get id() {
    return this.room.id
  }

  get isMine() {
    return Boolean(this.room.me?.joinedAt && this.room.type)
  }

  get hasMessages() {
    return this.firstSeq !== null
  }

  get unread() {
    return Math.max(0, this.room.lastMessageSeq - (this.room.me?.lastReadSeq ?? 0))
  }

  get messages() {
    if (!this.hasMessages) return []
    return [...this.#messages.values()]
      .filter(({ seq }) => seq >= this.firstSeq)
      .sort((one, other) => one.seq - other.seq)
  }

  can(permission) {
    return Boolean(this.room.me?.permissions?.[permission])
  }

  message(id) {
    return this.#messages.get(id)
  }

  takeRoom(incoming) {
    const [older, newer] = incoming.revision >= this.room.revision ? [this.room, incoming] : [incoming, this.room]
    this.room = {
      ...older,
      ...newer,
      lastMessageSeq: Math.max(older.lastMessageSeq ?? 0, newer.lastMessageSeq ?? 0),
      lastMessage: later(older.lastMessage, newer.lastMessage),
      peer: newer.peer ?? older.peer,
      me: joinMe(older.me, newer.me),
    }
  }

  /** What is told without a revision of its own is told about now. */
  takeMe(me) {
    this.takeRoom({ revision: this.room.revision, me })
  }

  takeMessage(message, myId, cause) {
    const known = this.#messages.get(message.id)
    if (known && known.revision > message.revision) return
    const myReactions = message.myReactions ?? myReactionsOf(message, known, myId, cause)
    this.#messages.set(message.id, { ...message, myReactions })
    const isLast = message.seq >= this.room.lastMessageSeq
    this.takeRoom({
      revision: this.room.revision,
      lastMessageSeq: message.seq,
      lastMessage: isLast ? message : null,
      // Sending is reading.
      me: message.user?.id === myId ? { lastReadSeq: message.seq } : null,
    })
  }

  /** A page that ends where the messages known so far begin; the first page is the newest. */
  takePage({ items, hasBefore }, myId) {
    for (const message of items) this.takeMessage(message, myId)
    this.firstSeq = items[0]?.seq ?? this.firstSeq ?? 1
    this.hasBefore = hasBefore
  }

  takeMember(member) {
    const known = this.members.get(member.user.id)
    if (known && known.revision > member.revision) return
    this.members.set(member.user.id, member)
  }

  removeMember({ user }) {
    this.members.delete(user.id)
  }

  /** Forgets all but the name on the door: after a reset revisions may have gone back, so nothing old may win. */
  reset(revision) {
    const { me, ...room } = this.room
    this.room = { ...room, me: me && { ...me, lastReadSeq: 0 }, revision: 0, lastMessageSeq: 0, lastMessage: null }
    this.seen = revision
    this.#messages.clear()
    this.firstSeq = null
    this.hasBefore = false
    this.members.clear()
    this.membersCursor = undefined
    this.generation++
  }
}
