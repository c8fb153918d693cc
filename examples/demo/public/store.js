import { Conversation } from './conversation.js'

/** All that the page knows: it takes what the two transports bring and tells `onChange` that something is new. */
export class Store {
  me = null
  #conversations = new Map()
  #users = new Map()
  #onChange
  #onLeft

  /** `onLeft(conversation, reason)`: a room is no longer mine. */
  constructor({ onChange, onLeft }) {
    this.#onChange = onChange
    this.#onLeft = onLeft
  }

  get(roomId) {
    return this.#conversations.get(roomId)
  }

  /** My rooms, last active first. */
  get conversations() {
    const lastActive = ({ room }) => room.lastMessage?.createdAt ?? room.createdAt
    const mine = [...this.#conversations.values()].filter(({ isMine }) => isMine)
    return mine.sort((one, other) => (lastActive(one) < lastActive(other) ? 1 : -1))
  }

  user(id) {
    return id === this.me?.id ? this.me : this.#users.get(id)
  }

  /** For `hello`. A room that was never read is left out: it starts fresh. */
  get seen() {
    return Object.fromEntries(this.conversations.map(({ id, seen }) => [id, seen]))
  }

  /** Answers the ids of the rooms that have to be read over HTTP. */
  welcome({ user, rooms }) {
    this.me = user
    // What events told about a room that had not been read yet may now have a gap.
    for (const { id, isMine } of this.#conversations.values()) if (!isMine) this.#conversations.delete(id)
    for (const [id, { revision, lastReadSeq, muted }] of Object.entries(rooms)) {
      const known = this.get(id)
      if (known) known.takeMe({ lastReadSeq, muted })
      else this.#conversations.set(id, new Conversation(id, revision))
    }
    this.#onChange()
    return Object.keys(rooms).filter((id) => !this.get(id).isMine)
  }

  takeRoom(room) {
    const conversation = this.get(room.id) ?? new Conversation(room.id, room.revision)
    this.#conversations.set(room.id, conversation)
    if (room.peer) this.#learn(room.peer)
    if (room.lastMessage?.user) this.#learn(room.lastMessage.user)
    conversation.takeRoom(room)
    this.#onChange()
    return conversation
  }

  takeMessage(message, cause) {
    const conversation = this.get(message.roomId)
    if (!conversation) return
    if (message.user) this.#learn(message.user)
    conversation.takeMessage(message, this.me.id, cause)
    this.#onChange()
  }

  takePage(conversation, page) {
    for (const { user } of page.items) if (user) this.#learn(user)
    conversation.takePage(page, this.me.id)
    this.#onChange()
  }

  takeMembers(conversation, { items, nextCursor }) {
    for (const member of items) {
      this.#learn(member.user)
      conversation.takeMember(member)
    }
    conversation.membersCursor = nextCursor
    this.#onChange()
  }

  takeMe(roomId, me) {
    this.get(roomId)?.takeMe(me)
    this.#onChange()
  }

  /** Takes an event of the socket in. */
  apply(frame) {
    if (frame.type === 'room.joined') return this.takeRoom(frame.room)
    const conversation = this.get(frame.roomId)
    const take = this.#events[frame.type]
    if (!conversation || !take) return undefined
    if (frame.revision) conversation.seen = Math.max(conversation.seen, frame.revision)
    if (frame.revision && frame.type !== 'room.reset') conversation.takeRoom({ revision: frame.revision })
    take(conversation, frame)
    this.#onChange()
    return conversation
  }

  /** The server tells when it ends; while nobody hears the server, nobody is known to type. */
  clearTyping() {
    for (const conversation of this.#conversations.values()) conversation.typingIds = []
    this.#onChange()
  }

  #events = {
    'message.created': (_, { message }) => this.takeMessage(message),
    'message.updated': (_, { message, cause }) => this.takeMessage(message, cause),
    'message.deleted': (_, { message }) => this.takeMessage(message),
    'member.added': (conversation, frame) => this.#takeMember(conversation, frame),
    'member.updated': (conversation, frame) => this.#takeMember(conversation, frame),
    'member.removed': (conversation, { revision, member, memberCount }) => {
      conversation.takeRoom({ revision, memberCount })
      conversation.removeMember(member)
    },
    'room.updated': (conversation, { room }) => conversation.takeRoom(room),
    'room.deleted': (conversation) => this.#leave(conversation, 'deleted'),
    'room.left': (conversation, { reason }) => this.#leave(conversation, reason),
    'room.reset': (conversation, { revision }) => conversation.reset(revision),
    'me.updated': (conversation, { me }) => conversation.takeMe(me),
    typing: (conversation, { userIds }) => {
      conversation.typingIds = userIds.filter((id) => id !== this.me.id)
    },
  }

  #takeMember(conversation, { type, revision, member, memberCount }) {
    this.#learn(member.user)
    conversation.takeMember(member)
    if (type === 'member.added') conversation.takeRoom({ revision, memberCount })
    if (member.user.id !== this.me.id) return
    const { role, permissions, lastReadSeq } = member
    conversation.takeRoom({ revision, me: { role, permissions, lastReadSeq } })
  }

  #leave(conversation, reason) {
    this.#conversations.delete(conversation.id)
    this.#onLeft(conversation, reason)
  }

  #learn(user) {
    this.#users.set(user.id, user)
  }
}
