/** How long a user counts as typing without another `typing` command. */
const lastsMs = 6_000
const named = 20

interface Typist {
  timer: NodeJS.Timeout
  /** Types on a socket of this server. */
  isHere: boolean
}

/** The users who are typing in each room, on all servers. It is never stored or replayed; each server removes names by itself. */
export class Typing {
  readonly #rooms = new Map<string, Map<string, Typist>>()

  /** `changed` is called whenever a list changes; it gets no revision if only time has passed. */
  constructor(readonly changed: (roomId: string, revision?: number) => void) {}

  /** The users who are typing in a room. */
  list(roomId: string): string[] {
    return [...(this.#rooms.get(roomId)?.keys() ?? [])].slice(0, named)
  }

  /** `revision` is that of the room when the permission was checked. */
  start(roomId: string, userId: string, revision: number, isHere: boolean): void {
    const typists = this.#rooms.get(roomId) ?? new Map<string, Typist>()
    this.#rooms.set(roomId, typists)
    const existing = typists.get(userId)
    clearTimeout(existing?.timer)
    const timer = setTimeout(() => this.stop(roomId, userId), lastsMs).unref()
    typists.set(userId, { timer, isHere: isHere || existing?.isHere === true })
    if (!existing) this.changed(roomId, revision)
  }

  stop(roomId: string, userId: string, revision?: number): void {
    const typists = this.#rooms.get(roomId)
    const typist = typists?.get(userId)
    if (!typists || !typist) return
    clearTimeout(typist.timer)
    typists.delete(userId)
    if (typists.size === 0) this.#rooms.delete(roomId)
    this.changed(roomId, revision)
  }

  /** A user's last socket here has closed. Returns the rooms in which they were typing. */
  leave(userId: string): string[] {
    const rooms = [...this.#rooms].filter(([, typists]) => typists.get(userId)?.isHere).map(([roomId]) => roomId)
    for (const roomId of rooms) this.stop(roomId, userId)
    return rooms
  }

  close(): void {
    for (const typists of this.#rooms.values()) for (const { timer } of typists.values()) clearTimeout(timer)
    this.#rooms.clear()
  }
}
