import { ChatError, conflict, forbidden, notFound } from '../contract/problems.js'
import type { Db } from '../store/client.js'
import { findMember, type MemberRow } from '../store/members.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import { isOfOneTenant } from '../store/tenants.js'
import type { AnyActor } from './actor.js'
import type { ContactPolicy } from './contact.js'
import type { Directory, Hooks } from './hooks.js'
import type { Limits } from './limits.js'
import type { Pictures } from './media/process-image.js'
import type { ChatStorage } from './media/storage.js'
import type { ReactionPolicy, WhoReacts } from './reaction-policies.js'
import type { RoomPresets } from './room-presets.js'
import type { CanSee } from './sight.js'
import type { Cursors } from './signatures.js'
import type { SystemText } from './system-text.js'
import type { View } from './view.js'
import type { Listeners, Work } from './work.js'

/** What every use-case has at hand. */
export interface Context {
  work: Work
  audience: Listeners
  clock: () => Date
  limits: Limits
  presets: RoomPresets
  reactions: ReactionPolicy
  canReact: WhoReacts
  hooks: Hooks
  /** Who may turn to whom. */
  contact: ContactPolicy
  /** The host's words for what happened, if it has some. */
  systemText: ((...asked: Parameters<SystemText>) => string | undefined) | undefined
  directory: Directory | undefined
  /** Whom somebody may see, if the host says. */
  canSee: CanSee | undefined
  /** Where the bytes of media are; without it there are none. */
  storage: ChatStorage | undefined
  mediaTypes: ReadonlySet<string>
  pictures: Pictures
  view: View
  cursors: Cursors
}

export interface Entered {
  room: RoomRow
  /** Absent for the host's own code. */
  member: MemberRow | undefined
}

/** A room for one who is in it. For all others there is no such room, unless it is public. */
export async function enter(db: Db, roomId: string, actor: AnyActor): Promise<Entered> {
  const [room, member] = await Promise.all([
    findRoom(db, roomId),
    typeof actor === 'string' ? findMember(db, roomId, actor) : undefined,
  ])
  if (!room || room.deletedAt !== null) throw notFound()
  if (typeof actor === 'string' && !member) throw await whyOutside(db, room, actor)
  return { room, member }
}

/** The same inside a change, where the room's lock is held. */
export async function memberIn(tx: Db, room: RoomRow, actor: AnyActor): Promise<MemberRow | undefined> {
  if (typeof actor !== 'string') return undefined
  const member = await findMember(tx, room.id, actor)
  if (!member) throw await whyOutside(tx, room, actor)
  return member
}

/** What somebody is told of a room that they are not in. A public one of another tenant does not exist for them either. */
export async function whyOutside(db: Db, room: { id: string; isPublic: boolean }, userId: string): Promise<ChatError> {
  return room.isPublic && (await isOfOneTenant(db, room.id, userId)) ? outside() : notFound()
}

export const outside = (): ChatError => forbidden('only members may do this: join the room first')

export function checkLength(pointer: string, value: string | undefined, limit: number): void {
  if (value === undefined || value.length <= limit) return
  const length = [...value].length
  if (length <= limit) return
  const detail = `has ${length} characters; the limit is ${limit}`
  throw new ChatError('too_large', detail, { errors: [{ pointer, detail }] })
}

export const notInPrivate = (room: RoomRow, what: string): void => {
  if (room.type === 'private') throw conflict(`a private room has exactly its two people: ${what}`)
}

/** Positions go into 32-bit columns; a larger number asks for "the last" anyway. */
export const inColumn = (value: number): number => Math.min(value, 2 ** 31 - 1)
