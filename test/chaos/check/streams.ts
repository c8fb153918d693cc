import type { Committed, DeviceLog, Final, History, Told } from '../history.js'
import type { Violation } from './violation.js'

/** The revisions of a room: which row took each, and which are history because the row moved on. */
export class Revisions {
  readonly #taken = new Map<number, Committed>()
  readonly #newest = new Map<string, number>()

  constructor(
    readonly last: number,
    committed: Committed[],
  ) {
    for (const commit of committed) {
      this.#taken.set(commit.revision, commit)
      const row = `${commit.about} ${commit.id}`
      this.#newest.set(row, Math.max(commit.revision, this.#newest.get(row) ?? 0))
    }
  }

  idAt(revision: number): string | undefined {
    return this.#taken.get(revision)?.id
  }

  /** The first in (after, before) that is the state of a row to this day, and so can be passed over by nobody. */
  missedBetween(after: number, before: number): number | undefined {
    for (let revision = after + 1; revision < before; revision += 1) {
      const commit = this.#taken.get(revision)
      if (commit && this.#newest.get(`${commit.about} ${commit.id}`) === revision) return revision
    }
    return undefined
  }
}

export function revisionsOf({ rooms, committed }: Final): Map<string, Revisions> {
  return new Map(
    rooms.map(({ id, revision }) => {
      return [
        id,
        new Revisions(
          revision,
          committed.filter(({ roomId }) => roomId === id),
        ),
      ]
    }),
  )
}

/**
 * What one device was told of its rooms. Where it stands in each is kept as a client does; a revision may be passed over
 * only if the row that took it has taken a later one since, which is what "as it is now" means.
 */
class Stream {
  /** The last revision that was told, of the rooms that are the user's. */
  readonly #known = new Map<string, number>()
  /** What it heard of them since it began to listen, and where that was. */
  readonly #heard = new Map<string, { since: number; revisions: Set<number> }>()
  /** Up to where `ready` promises to have told. */
  #promised: Record<string, number> = {}

  constructor(
    readonly log: DeviceLog,
    readonly rooms: Map<string, Revisions>,
  ) {}

  *check(): Generator<Violation> {
    for (const told of this.log.told) yield* this.#take(told)
  }

  *#take(told: Told): Generator<Violation> {
    switch (told.type) {
      case 'hello':
        this.#known.clear()
        for (const [roomId, revision] of Object.entries(told.rooms)) this.#begin(roomId, revision)
        break
      case 'welcome':
        for (const [roomId, revision] of Object.entries(told.rooms)) {
          if (!this.#known.has(roomId)) this.#begin(roomId, revision)
        }
        for (const roomId of this.#known.keys()) if (!Object.hasOwn(told.rooms, roomId)) this.#known.delete(roomId)
        this.#promised = told.rooms
        break
      case 'ready':
        for (const [roomId, revision] of Object.entries(this.#promised)) yield* this.#reached(roomId, revision)
        break
      case 'joined':
      case 'reset':
        this.#begin(told.roomId, told.revision)
        break
      case 'left':
        this.#known.delete(told.roomId)
        break
      case 'aside':
        if (!this.#known.has(told.roomId)) yield this.#wrong('beyond the fence', told.roomId, told.name)
        break
      case 'event':
        yield* this.#happened(told)
    }
  }

  #begin(roomId: string, revision: number): void {
    this.#known.set(roomId, revision)
    this.#heard.set(roomId, { since: revision, revisions: new Set() })
  }

  *#happened({ roomId, revision, name, thing }: Extract<Told, { type: 'event' }>): Generator<Violation> {
    const known = this.#known.get(roomId)
    const what = `${name} at revision ${revision}`
    if (known === undefined) return yield this.#wrong('beyond the fence', roomId, what)
    const heard = this.#heard.get(roomId)
    if (revision <= known) {
      const isDouble = heard && (revision <= heard.since || heard.revisions.has(revision))
      return yield this.#wrong(isDouble ? 'delivered twice' : 'out of order', roomId, what)
    }
    heard?.revisions.add(revision)
    const id = this.rooms.get(roomId)?.idAt(revision)
    if (thing && thing.id !== id)
      yield this.#wrong('out of order', roomId, `${what} tells of ${thing.id}, not of ${id}`)
    yield* this.#reached(roomId, revision - 1)
    this.#known.set(roomId, revision)
  }

  /** Everything up to a revision must have been told by now. */
  *#reached(roomId: string, revision: number): Generator<Violation> {
    const known = this.#known.get(roomId)
    if (known === undefined || known >= revision) return
    const missed = this.rooms.get(roomId)?.missedBetween(known, revision + 1)
    if (missed !== undefined)
      yield this.#wrong('not delivered', roomId, `revision ${missed} when ${revision} had passed`)
    this.#known.set(roomId, revision)
  }

  /** After everything came to rest: it stands where its rooms stand, and its rooms are all that its user has. */
  *end(roomIds: string[]): Generator<Violation> {
    for (const roomId of roomIds) {
      const known = this.#known.get(roomId)
      const last = this.rooms.get(roomId)?.last ?? 0
      if (known === undefined) yield this.#wrong('not delivered', roomId, 'that the room is theirs')
      else yield* this.#reached(roomId, last)
    }
  }

  #wrong(rule: Violation['rule'], roomId: string, what: string): Violation {
    return { rule, detail: `${this.log.device}, room ${roomId}: ${what}` }
  }
}

/** Each device's stream is complete, in order and without a double, across all its connections. */
export function* streams({ devices }: History, final: Final): Generator<Violation> {
  const rooms = revisionsOf(final)
  for (const log of devices) {
    const stream = new Stream(log, rooms)
    yield* stream.check()
    yield* stream.end(final.views.filter(({ userId }) => userId === log.userId).map(({ roomId }) => roomId))
  }
}

/** Between a removal and the next time that they are to be added again, no device hears of what came after it. */
export function* fence({ operations, devices }: History, { rooms, committed }: Final): Generator<Violation> {
  for (const { device, userId, told } of devices) {
    for (const { id: roomId } of rooms) {
      const isTheirs = (each: { roomId: string }) => each.roomId === roomId
      const removals = committed
        .filter((commit) => isTheirs(commit) && commit.about === 'member' && commit.id === userId && !commit.isIn)
        .sort((a, b) => a.revision - b.revision)
      // One after each removal, but for the last.
      const additions = operations.filter(
        (operation) => operation.type === 'adding' && isTheirs(operation) && operation.userId === userId,
      )
      for (const each of told) {
        if (each.type !== 'event' || !isTheirs(each)) continue
        const n = removals.findLastIndex(({ revision }) => revision <= each.revision)
        const addition = additions[n]
        if (n < 0 || (addition?.type === 'adding' && each.at > addition.at)) continue
        const detail = `${device}, room ${roomId}: ${each.name} at revision ${each.revision}, removed at ${removals[n]?.revision}`
        yield { rule: 'beyond the fence', detail }
      }
    }
  }
}
