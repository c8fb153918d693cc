import { createHash } from 'node:crypto'
import type { AddMember } from '../contract/members.js'
import { invalid } from '../contract/problems.js'
import type { CreateRoom } from '../contract/rooms.js'
import type { RoomChange } from '../store/change.js'
import { failureOf } from '../store/failures.js'
import { createMembers, type MemberRow } from '../store/members.js'
import { findPair, type RoomRow } from '../store/rooms.js'
import type { UserRow } from '../store/users.js'
import { type Actor, system, userIdOf } from './actor.js'
import { takeAvatar } from './avatars.js'
import { blocked, isPairBlocked } from './block-rules.js'
import { type Asked, saveRequest } from './contact.js'
import { type Context, checkLength } from './context.js'
import { checkData, type Giver } from './data.js'
import { ask } from './hooks.js'
import { permissionsOf, withGiven } from './permissions.js'
import { checkRoomsOf } from './room-counts.js'
import { newMember } from './room-joining.js'
import { appendSystemMessage } from './system-messages.js'

/** What a room of any type that is about to be made has. */
export type RoomIdentity = Pick<RoomRow, 'id' | 'tenantId' | 'key' | 'data' | 'readReceipts' | 'historyRevision'>

interface Made {
  roomId: string
  created: boolean
}

/** Throws if a room cannot be made like this, whoever its members are. */
export function checkDraft(context: Context, actor: Actor, draft: CreateRoom, giver: Giver): void {
  const { limits } = context
  const { type, name, description, isPublic, slowModeSeconds, historyFrom, userIds = [], avatarMediaId } = draft
  checkLength('/name', name, limits.nameLength)
  checkLength('/description', description, limits.descriptionLength)
  checkData(context, 'room', draft, giver)
  if (userIds.length > limits.addsPerCall) throw invalid('/userIds', `adds ${limits.addsPerCall} people at most`)
  if (type !== 'private') {
    if (name === undefined) throw invalid('/name', `a ${type} needs a name`)
    return
  }
  const others = new Set(userIds)
  if (others.size !== (actor === system ? 2 : 1) || (actor !== system && others.has(actor))) {
    throw invalid('/userIds', 'a private room takes exactly one other user')
  }
  if (name !== undefined) throw invalid('/name', 'a private room has no name')
  if (description) throw invalid('/description', 'a private room has no description')
  if (avatarMediaId !== undefined) throw invalid('/avatarMediaId', 'a private room has no picture')
  if (slowModeSeconds) throw invalid('/slowModeSeconds', 'a private room is never slow')
  if (historyFrom === 'joined') throw invalid('/historyFrom', 'nobody joins a private room later')
  if (isPublic) throw invalid('/isPublic', 'a private room is for its two people')
}

/**
 * The other people of a new room, as the host's hook lets them join; if it refuses one, no room is made. Nobody joins an
 * existing private room.
 */
export async function askOfComers(
  { work, hooks }: Context,
  actor: Actor,
  roomId: string,
  draft: CreateRoom,
): Promise<AddMember[]> {
  const comers = (draft.userIds ?? []).map((userId): AddMember => ({ userId }))
  if (actor === system || !hooks.before.member) return comers
  const isPair = draft.type === 'private'
  if (isPair && (await findPair(work.db, pairKeyOf([actor, ...(draft.userIds ?? [])])))) return comers
  const about = { userId: actor, roomId, newRoom: draft, prisma: work.prisma }
  const others = new Map(comers.map((comer) => [comer.userId, comer]))
  const asked: AddMember[] = []
  for (const comer of others.values()) {
    const answer = comer.userId === actor ? comer : await ask(hooks.before, 'member', comer, about)
    asked.push(isPair ? comer : answer)
  }
  return asked
}

/** The existing private room of two people. */
export const findPairOf = ({ work }: Context, people: UserRow[]) =>
  findPair(work.db, pairKeyOf(people.map(({ id }) => id)))

/** The private room of two people: the existing one, or a new one. */
export async function makePair(
  context: Context,
  actor: Actor,
  of: RoomIdentity,
  people: UserRow[],
  asked: Asked,
  tries = 3,
): Promise<Made> {
  const { work, presets, view } = context
  const pairKey = pairKeyOf(people.map((user) => user.id))
  const existing = await findPair(work.db, pairKey)
  if (existing) return { roomId: existing.id, created: false }
  await checkRoomsOf(
    context,
    work.db,
    actor,
    people.map((user) => user.id),
  )
  const data = {
    ...of,
    type: 'private',
    name: null,
    description: '',
    avatarMediaId: null,
    isPublic: false,
  } as const
  try {
    await work.transaction(async (unit) => {
      const { tx } = unit
      const ids = people.map((user) => user.id) as [string, string]
      const isBlocked = await isPairBlocked(tx, work, ids)
      if (isBlocked && typeof actor === 'string') throw blocked()
      const room = { ...data, createdById: userIdOf(actor), pairKey, isBlocked }
      await unit.createRoom(room, async (change) => {
        await fill(context, change, comeIn(people, asked), ({ id }) => ({
          role: 'member',
          addedById: id === room.createdById ? null : room.createdById,
          ...permissionsOf(presets.private.member),
        }))
        await saveRequests(context, change, actor, asked)
        return view.room(change.room)
      })
    })
  } catch (error) {
    // Both made the room at the same moment: the first one counts.
    if (failureOf(error) !== 'unique' || tries === 1) throw error
    return makePair(context, actor, of, people, asked, tries - 1)
  }
  return { roomId: data.id, created: true }
}

/** A group or a channel; its first member owns it. One that the host makes without members has no owner. */
export async function makeShared(
  context: Context,
  actor: Actor,
  of: RoomIdentity,
  draft: CreateRoom,
  people: UserRow[],
  comers: AddMember[],
  asked: Asked,
): Promise<void> {
  const { work, presets, view } = context
  const { type, name = null, description = '', avatarMediaId = null, isPublic = false, slowModeSeconds = 0 } = draft
  const createdById = userIdOf(actor)
  const creator = people.find((user) => user.id === createdById)
  const grants = new Map(comers.map((comer) => [comer.userId, comer]))
  await checkRoomsOf(
    context,
    work.db,
    actor,
    people.map((user) => user.id),
  )
  await work.transaction(async (unit) => {
    if (createdById !== null && avatarMediaId !== null) await takeAvatar(unit.tx, createdById, avatarMediaId)
    const data = {
      ...of,
      type,
      name,
      description,
      avatarMediaId,
      isPublic,
      slowModeSeconds,
      createdById,
      pairKey: null,
      isOwnerless: people.length === 0,
    }
    await unit.createRoom(data, async (change) => {
      await fill(
        context,
        change,
        comeIn(people, asked),
        (user, n) => {
          const given = n === 0 ? undefined : grants.get(user.id)
          // If the host makes the room, its first member owns it.
          const role = n === 0 ? 'owner' : (given?.role ?? 'member')
          const permissions = withGiven(permissionsOf(presets[type][role]), given?.permissions)
          return { role, addedById: n === 0 ? null : createdById, ...permissions }
        },
        creator ? 1 : 0,
      )
      await saveRequests(context, change, actor, asked)
      if (creator && name !== null) await appendSystemMessage(context, change, actor, { type: 'room.created', name })
      return view.room(change.room)
    })
  })
}

const comeIn = (people: UserRow[], asked: Asked): UserRow[] => people.filter(({ id }) => !asked.has(id))

async function saveRequests(context: Context, change: RoomChange, actor: Actor, asked: Asked): Promise<void> {
  if (actor === system) return
  for (const [userId, state] of asked) await saveRequest(context, change, { userId, askerId: actor, state })
}

async function fill(
  context: Context,
  change: RoomChange,
  people: UserRow[],
  as: (user: UserRow, n: number) => Pick<MemberRow, 'role' | 'addedById'> & Parameters<typeof newMember>[2],
  // The message about the making of the room is not unread for its first members.
  lastReadSeq = 0,
): Promise<void> {
  const { view, limits } = context
  const most = change.room.type === 'channel' ? limits.channelMembers : limits.groupMembers
  if (people.length > most) throw invalid('/userIds', `a ${change.room.type} has ${most} members at most`)
  const rows = people.map((user, n) => {
    const { role, addedById, ...permissions } = as(user, n)
    return { ...newMember(change, { userId: user.id, role, addedById, former: undefined }, permissions), lastReadSeq }
  })
  if (rows.length > 0) await createMembers(change.tx, rows)
  for (const [n, row] of rows.entries()) {
    change.events.push({
      type: 'member.added',
      roomId: change.room.id,
      revision: row.revision,
      member: view.member(row, people[n], change.room),
      memberCount: n + 1,
    })
  }
}

/** The same for both users, and of a fixed length, whatever the host's ids are. */
export const pairKeyOf = (ids: string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...ids].sort()))
    .digest('hex')
