import { isTransient } from './api.js'
import { pause } from './timing.js'

const retryMs = 2000

/** Reads over HTTP what the socket does not tell: what was there before. It runs after `hello`, so that nothing falls in between. */
export class Loader {
  #api
  #store
  /** Which generation of a conversation is being read. */
  #loading = new Map()
  #epoch = 0

  constructor({ api, store }) {
    this.#api = api
    this.#store = store
  }

  /** Reads the rooms of a welcome that are not known yet. False when another welcome has come in between. */
  async rooms(ids) {
    const epoch = ++this.#epoch
    const isCurrent = () => epoch === this.#epoch
    const rooms =
      ids.length > 1 ? await this.#insist(() => this.#api.rooms(), isCurrent) : await this.#each(ids, isCurrent)
    if (!isCurrent()) return false
    const wanted = new Set(ids)
    for (const room of rooms) if (wanted.has(room.id)) this.#store.takeRoom(room)
    return true
  }

  /** A room which is mine is put into the store; any other is only answered. Null: there is none for me. */
  async room(roomId) {
    const room = await this.#roomOrNull(roomId, () => true)
    if (room?.me) this.#store.takeRoom(room)
    return room
  }

  /** The newest page of messages, and who is there. */
  async latest(conversation) {
    if (conversation.hasMessages) return
    await this.#once(conversation, async (isCurrent) => {
      const page = await this.#insist(() => this.#api.messages(conversation.id), isCurrent)
      if (isCurrent()) this.#store.takePage(conversation, page)
    })
    if (conversation.membersCursor === undefined) await this.members(conversation)
  }

  async older(conversation, limit = 50) {
    if (!conversation.hasBefore) return
    await this.#once(conversation, async (isCurrent) => {
      const page = await this.#api.messages(conversation.id, { before: conversation.firstSeq, limit })
      if (isCurrent()) this.#store.takePage(conversation, page)
    })
  }

  async members(conversation) {
    const { generation } = conversation
    const isCurrent = () => generation === conversation.generation
    const page = await this.#insist(() => this.#api.members(conversation.id, conversation.membersCursor), isCurrent)
    if (isCurrent()) this.#store.takeMembers(conversation, page)
  }

  isLoading(conversation) {
    return this.#loading.get(conversation) === conversation.generation
  }

  async #once(conversation, work) {
    const { generation } = conversation
    const isCurrent = () => generation === conversation.generation && this.#store.get(conversation.id) === conversation
    if (this.isLoading(conversation)) return
    this.#loading.set(conversation, generation)
    try {
      await work(isCurrent)
    } finally {
      if (this.#loading.get(conversation) === generation) this.#loading.delete(conversation)
    }
  }

  async #each(ids, isCurrent) {
    const rooms = []
    for (const id of ids) rooms.push(await this.#roomOrNull(id, isCurrent))
    return rooms.filter(Boolean)
  }

  async #roomOrNull(roomId, isWanted) {
    try {
      return await this.#insist(() => this.#api.room(roomId), isWanted)
    } catch (error) {
      if (error.status === 404) return null
      throw error
    }
  }

  /** Tries until it has an answer or nobody waits for it any more. */
  async #insist(read, isWanted) {
    for (;;) {
      try {
        return await read()
      } catch (error) {
        if (!isWanted()) return null
        if (!isTransient(error) && !(error.status >= 500)) throw error
        await pause(error.retryAfterMs ?? retryMs)
      }
    }
  }
}
