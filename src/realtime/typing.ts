/** How long somebody counts as typing without saying so again. */
const lastsMs = 6_000
const named = 20

/** Who is typing where, on this server. Never stored, never replayed. */
export class Typing {
  readonly #rooms = new Map<string, Map<string, NodeJS.Timeout>>()

  /** `tell` is called with the whole list each time that it changed. */
  constructor(readonly tell: (roomId: string, userIds: string[]) => void) {}

  start(roomId: string, userId: string): void {
    const typists = this.#rooms.get(roomId) ?? new Map<string, NodeJS.Timeout>()
    this.#rooms.set(roomId, typists)
    const standing = typists.get(userId)
    clearTimeout(standing)
    typists.set(userId, setTimeout(() => this.stop(roomId, userId), lastsMs).unref())
    if (!standing) this.#tell(roomId, typists)
  }

  stop(roomId: string, userId: string): void {
    const typists = this.#rooms.get(roomId)
    const timer = typists?.get(userId)
    if (!typists || !timer) return
    clearTimeout(timer)
    typists.delete(userId)
    if (typists.size === 0) this.#rooms.delete(roomId)
    this.#tell(roomId, typists)
  }

  stopAll(userId: string): void {
    for (const [roomId, typists] of [...this.#rooms]) if (typists.has(userId)) this.stop(roomId, userId)
  }

  #tell(roomId: string, typists: Map<string, unknown>): void {
    this.tell(roomId, [...typists.keys()].slice(0, named))
  }

  close(): void {
    for (const typists of this.#rooms.values()) for (const timer of typists.values()) clearTimeout(timer)
    this.#rooms.clear()
  }
}
