// Who may do what, as PROTOCOL says it, of people who come, go, are kept out, asked, blocked and looked after, in two
// tenants. Nothing of the library's code is in here, and nothing but the answers: what everybody is told of it is
// test/model's.

export const people = ['alice', 'bob', 'carol', 'dave', 'frank'] as const
export type Person = (typeof people)[number]
/** Carol is asked before others bring her anywhere; Frank is of another tenant than all others; Mona is a moderator. */
export const isAskedFirst = (person: Person | 'mona'): boolean => person === 'carol'
export const tenantOf = (person: Person | 'mona'): string | undefined => (person === 'frank' ? 'abroad' : undefined)

export type Step = { by: Person; room: number; who: Person } & (
  | { does: 'make'; isPublic: boolean }
  | {
      does: 'turn to' | 'join' | 'leave' | 'add' | 'ban' | 'unban' | 'accept' | 'refuse' | 'block' | 'unblock'
    }
  | { does: 'react' | 'pin' | 'follow a link' }
  | { does: 'send'; via: 'http' | 'socket'; what: 'text' | 'reply' | 'forward' }
  | { does: 'remove'; ban?: boolean }
  | { does: 'silence'; isOver: boolean }
  | { does: 'slow'; isOver: boolean }
  | { does: 'moderate'; deed: 'remove' | 'ban' | 'unban' | 'silence' }
)

interface Room {
  isPrivate: boolean
  isPublic: boolean
  isSlow: boolean
  tenant: string | undefined
  /** The longest-standing first, and who of them own it. */
  members: Person[]
  owners: Set<Person>
  /** Who made those go who were members once. */
  removedBy: Map<Person, Person | 'mona'>
  silenced: Set<Person>
  banned: Set<Person>
  asked: Map<Person, { by: Person; state: 'pending' | 'refused' }>
  wrote: Set<Person>
  reacted: Set<Person>
  isPinned: boolean
  /** Whoever made it has made a link into it at once, which ends with their membership. */
  linkOf: Person | undefined
  /** Whoever was in it or asked into it: of them something is remembered. */
  known: Set<Person>
  isGone: boolean
}

/** Thrown where a step is refused. */
class Refused {
  constructor(readonly answer: string) {}
}

const codes: Record<number, string> = { 403: 'forbidden', 404: 'not_found', 409: 'conflict', 429: 'slow_mode' }
const unless = (isAllowed: unknown, status: number, code = codes[status]): void => {
  if (!isAllowed) throw new Refused(`${status} ${code}`)
}

export class Model {
  readonly rooms: Room[] = []
  readonly blocks = new Set<string>()

  /** What a step is answered, as `403 forbidden` or `204`. */
  take(step: Step): string {
    try {
      return `${this.#take(step)}`
    } catch (error) {
      if (error instanceof Refused) return error.answer
      throw error
    }
  }

  /** What somebody is answered who looks at a room, and at what was said there. */
  seen(n: number, who: Person): [room: number, messages: number] {
    const room = this.rooms[n] as Room
    if (room.isGone) return [404, 404]
    if (room.members.includes(who)) return [200, 200]
    if (room.isPublic && tenantOf(who) === room.tenant) return [200, 403]
    return [room.asked.get(who)?.state === 'pending' ? 200 : 404, 404]
  }

  requestsOf(who: Person): number[] {
    return [...this.rooms.keys()].filter((n) => {
      const { isGone, asked } = this.rooms[n] as Room
      return !isGone && asked.get(who)?.state === 'pending'
    })
  }

  #areBlocked = (one: Person, other: Person): boolean =>
    this.blocks.has(`${one} ${other}`) || this.blocks.has(`${other} ${one}`)

  #take(step: Step): number {
    const { by, who } = step
    switch (step.does) {
      case 'make': {
        unless(tenantOf(by) === tenantOf(who), 404)
        unless(!this.#areBlocked(by, who), 403, 'blocked')
        this.#make(by, who, { isPublic: step.isPublic })
        return 201
      }
      case 'turn to': {
        unless(tenantOf(by) === tenantOf(who), 404)
        const pair = this.rooms.find((room) => room.isPrivate && room.known.has(by) && room.known.has(who))
        if (pair) {
          if (!pair.members.includes(by)) this.#enter(pair, by)
          return 200
        }
        unless(!this.#areBlocked(by, who), 403, 'blocked')
        this.#make(by, who, { isPrivate: true })
        // Who turns to somebody whom they had refused may be turned to again.
        for (const { asked } of this.rooms) {
          const before = asked.get(by)
          if (before?.by === who && before.state === 'refused') asked.delete(by)
        }
        return 201
      }
      case 'block':
      case 'unblock':
        return this.#block(by, who, step.does === 'block')
    }
    const room = this.rooms[step.room] as Room
    unless(room && !room.isGone, 404)
    if (step.does === 'moderate') return this.#moderate(room, who, step.deed)
    if (step.does === 'accept' || step.does === 'refuse') return this.#answer(room, by, step.does === 'accept')
    if (step.does === 'follow a link') return this.#follow(room, by)
    const isIn = room.members.includes(by)
    if (!isIn) {
      unless(room.isPublic && tenantOf(by) === room.tenant, 404)
      unless(step.does === 'join', 403)
    }
    const isOwner = room.owners.has(by)
    switch (step.does) {
      case 'join':
        if (isIn) return 200
        unless(!room.banned.has(by), 403, 'banned')
        this.#enter(room, by)
        return 201
      case 'leave':
        unless(!room.isPrivate, 409)
        this.#leave(room, by, by)
        return 204
      case 'add': {
        if (room.members.includes(who)) return 200
        unless(!room.isPrivate, 409)
        unless(!room.banned.has(who), 403, 'banned')
        unless(isOwner || (room.removedBy.get(who) ?? who) === who, 403)
        unless(!this.#areBlocked(by, who), 403, 'blocked')
        unless(tenantOf(who) === room.tenant, 404)
        return this.#bring(room, by, who)
      }
      case 'remove':
        unless(room.members.includes(who), 404)
        // Whoever removes themselves leaves.
        if (by === who) return this.#take({ ...step, does: 'leave' })
        this.#authorizeKeepingOut(room, by, who)
        unless(!room.owners.has(who), 403)
        if (step.ban ?? room.isPublic) room.banned.add(who)
        this.#leave(room, who, by)
        return 204
      case 'ban':
        this.#authorizeKeepingOut(room, by, who)
        unless(!room.owners.has(who), 403)
        return this.#ban(room, who, by)
      case 'unban':
        this.#authorizeKeepingOut(room, by, who)
        return this.#unban(room, who)
      case 'silence':
        this.#authorizeKeepingOut(room, by, who)
        unless(room.known.has(who), 404)
        unless(step.isOver || !room.owners.has(who), 403)
        if (step.isOver) room.silenced.delete(who)
        else room.silenced.add(who)
        return 200
      case 'slow':
        unless(isOwner, 403)
        unless(!room.silenced.has(by), 403, 'silenced')
        room.isSlow = !step.isOver
        return 200
      case 'pin': {
        unless(isOwner || room.isPrivate, 403)
        this.#authorizeBeingHeard(room, by)
        const wasPinned = room.isPinned
        room.isPinned = true
        return wasPinned ? 200 : 201
      }
      case 'react': {
        this.#authorizeBeingHeard(room, by)
        const hasReacted = room.reacted.has(by)
        room.reacted.add(by)
        return hasReacted ? 200 : 201
      }
      case 'send': {
        this.#authorizeBeingHeard(room, by)
        unless(!room.isSlow || isOwner || !room.wrote.has(by), 429)
        room.wrote.add(by)
        return 201
      }
    }
  }

  #authorizeBeingHeard(room: Room, by: Person): void {
    const [one, other] = [...room.known] as [Person, Person]
    unless(!room.isPrivate || !this.#areBlocked(one, other), 403, 'blocked')
    unless(!room.silenced.has(by), 403, 'silenced')
  }

  /** Who is in stays, for as long as the link is good; to all whom it does not let in it never was. */
  #follow(room: Room, who: Person): number {
    unless(room.linkOf !== undefined && tenantOf(who) === room.tenant, 404)
    if (room.members.includes(who)) return 200
    unless(!room.banned.has(who), 404)
    unless(room.isPublic || (room.removedBy.get(who) ?? who) === who, 404)
    unless(!this.#areBlocked(room.linkOf as Person, who), 403, 'blocked')
    this.#enter(room, who)
    return 201
  }

  #make(by: Person, who: Person, { isPrivate = false, isPublic = false }): void {
    const room: Room = {
      ...{ isPrivate, isPublic, isSlow: false, isGone: false, tenant: tenantOf(by), members: [by] },
      ...{ owners: new Set(isPrivate ? [] : [by]), removedBy: new Map(), silenced: new Set(), banned: new Set() },
      ...{ asked: new Map(), wrote: new Set(), known: new Set([by]) },
      ...{ reacted: new Set(), isPinned: false, linkOf: isPrivate ? undefined : by },
    }
    this.rooms.push(room)
    this.#bring(room, by, who)
  }

  /** At once, or once they have said so; whom they refused once, they are asked by no more. */
  #bring(room: Room, by: Person, who: Person): number {
    room.known.add(who)
    if (!isAskedFirst(who)) {
      this.#enter(room, who)
      return 201
    }
    const refused = this.rooms.some(({ asked }) => asked.get(who)?.by === by && asked.get(who)?.state === 'refused')
    room.asked.set(who, { by, state: refused ? 'refused' : 'pending' })
    return 202
  }

  #enter(room: Room, who: Person): void {
    room.members.push(who)
    room.known.add(who)
    room.asked.delete(who)
  }

  #leave(room: Room, who: Person, by: Person | 'mona'): void {
    room.members = room.members.filter((member) => member !== who)
    room.owners.delete(who)
    room.removedBy.set(who, by)
    if (room.linkOf === who) room.linkOf = undefined
    if (room.members.length === 0) room.isGone = true
    if (room.owners.size > 0) return
    const heir = room.members.find((member) => !room.silenced.has(member)) ?? room.members[0]
    if (heir) room.owners.add(heir)
  }

  #authorizeKeepingOut(room: Room, by: Person, who: Person): void {
    unless(!room.isPrivate, 409)
    unless(room.owners.has(by), 403)
    unless(by !== who, 409)
  }

  #ban(room: Room, who: Person, by: Person | 'mona'): number {
    unless(tenantOf(who) === room.tenant, 404)
    unless(!room.owners.has(who), 409)
    const isNew = !room.banned.has(who)
    room.banned.add(who)
    if (room.members.includes(who)) this.#leave(room, who, by)
    return isNew ? 201 : 200
  }

  #unban(room: Room, who: Person): number {
    unless(room.banned.delete(who), 404)
    return 204
  }

  /** In any room of her own tenant, and an owner too, but for bans. */
  #moderate(room: Room, who: Person, deed: 'remove' | 'ban' | 'unban' | 'silence'): number {
    unless(room.tenant === undefined, 404)
    if (deed === 'remove') unless(room.members.includes(who), 404)
    unless(!room.isPrivate, 409)
    if (deed === 'ban') return this.#ban(room, who, 'mona')
    if (deed === 'unban') return this.#unban(room, who)
    if (deed === 'silence') {
      unless(room.known.has(who), 404)
      room.silenced.add(who)
      return 200
    }
    if (room.isPublic) room.banned.add(who)
    this.#leave(room, who, 'mona')
    return 204
  }

  /** Who asked may have gone, or be one who may not bring somebody back. */
  #answer(room: Room, who: Person, isYes: boolean): number {
    const request = room.asked.get(who)
    if (request?.state !== 'pending') throw new Refused('404 not_found')
    if (!isYes) {
      room.asked.set(who, { ...request, state: 'refused' })
      return 204
    }
    if (!room.isPrivate) {
      unless(room.members.includes(request.by), 404)
      unless(!room.banned.has(who), 403, 'banned')
      unless(room.owners.has(request.by) || (room.removedBy.get(who) ?? who) === who, 403)
    }
    this.#enter(room, who)
    return 200
  }

  #block(by: Person, who: Person, isOn: boolean): number {
    if (isOn) unless(by !== who, 409)
    unless(tenantOf(by) === tenantOf(who), 404)
    const key = `${by} ${who}`
    if (!isOn) {
      this.blocks.delete(key)
      return 204
    }
    if (this.blocks.has(key)) return 200
    this.blocks.add(key)
    for (const { asked } of this.rooms) {
      const request = asked.get(by)
      if (request?.by === who && request.state === 'pending') asked.set(by, { ...request, state: 'refused' })
    }
    return 201
  }
}
