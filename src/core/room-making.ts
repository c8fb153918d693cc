import { createHash } from 'node:crypto'
import { invalid } from '../contract/problems.js'
import type { CreateRoom } from '../contract/rooms.js'
import { createRoom, type RoomChange } from '../store/change.js'
import { failureOf } from '../store/failures.js'
import { newId } from '../store/ids.js'
import { createMembers, type MemberRow } from '../store/members.js'
import { findPair } from '../store/rooms.js'
import type { UserRow } from '../store/users.js'
import { type Actor, system, userIdOf } from './actor.js'
import { takeAvatar } from './avatars.js'
import { type Context, checkLength } from './context.js'
import { newMember } from './members.js'
import { say } from './messages.js'

interface Made {
  roomId: string
  created: boolean
}

/** Throws where a room cannot be made so, whoever else it takes. */
export function checkDraft({ limits }: Context, actor: Actor, draft: CreateRoom): void {
  const { type, name, description, isPublic, userIds = [], avatarMediaId } = draft
  checkLength('/name', name, limits.nameLength)
  checkLength('/description', description, limits.descriptionLength)
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
  if (isPublic) throw invalid('/isPublic', 'a private room is for its two people')
}

/** The private room of two people: the one that stands, or a new one. */
export async function makePair(context: Context, actor: Actor, people: UserRow[], tries = 3): Promise<Made> {
  const { work, clock, presets } = context
  const pairKey = pairKeyOf(people.map((user) => user.id))
  const standing = await findPair(work.db, pairKey)
  if (standing) return { roomId: standing.id, created: false }
  const data = {
    id: newId(),
    type: 'private',
    name: null,
    description: '',
    avatarMediaId: null,
    isPublic: false,
  } as const
  try {
    await work.run(async (tx, commit) => {
      const room = { ...data, createdById: userIdOf(actor), pairKey }
      const { committed } = await createRoom(tx, clock(), room, (change) =>
        fill(context, change, people, ({ id }) => ({
          role: 'member',
          addedById: id === room.createdById ? null : room.createdById,
          ...presets.private.member,
        })),
      )
      commit(committed)
    })
  } catch (error) {
    // Both wrote to each other at the same moment: the first one's room is the room.
    if (failureOf(error) !== 'unique' || tries === 1) throw error
    return makePair(context, actor, people, tries - 1)
  }
  return { roomId: data.id, created: true }
}

/** A group or a channel; the first of its people owns it. */
export async function makeShared(context: Context, actor: Actor, draft: CreateRoom, people: UserRow[]): Promise<Made> {
  const { work, clock, presets } = context
  const { type, name = null, description = '', avatarMediaId = null, isPublic = false } = draft
  const createdById = userIdOf(actor)
  const creator = people.find((user) => user.id === createdById)
  const id = newId()
  await work.run(async (tx, commit) => {
    if (createdById !== null && avatarMediaId !== null) await takeAvatar(tx, createdById, avatarMediaId)
    const data = { id, type, name, description, avatarMediaId, isPublic, createdById, pairKey: null }
    const { committed } = await createRoom(tx, clock(), data, async (change) => {
      await fill(
        context,
        change,
        people,
        (_, n) => {
          // A room that the host makes belongs to the first of its people.
          const role = n === 0 ? 'owner' : 'member'
          return { role, addedById: n === 0 ? null : createdById, ...presets[type][role] }
        },
        creator ? 1 : 0,
      )
      if (creator) await say(context, change, actor, `${creator.name} created the ${type}`)
    })
    commit(committed)
  })
  return { roomId: id, created: true }
}

async function fill(
  context: Context,
  change: RoomChange,
  people: UserRow[],
  as: (user: UserRow, n: number) => Pick<MemberRow, 'role' | 'addedById'> & Parameters<typeof newMember>[2],
  // That the room was made is not news to those who are in it from the start.
  lastReadSeq = 0,
): Promise<void> {
  const { view, limits } = context
  const most = change.room.type === 'channel' ? limits.channelMembers : limits.groupMembers
  if (people.length > most) throw invalid('/userIds', `a ${change.room.type} has ${most} members at most`)
  const rows = people.map((user, n) => {
    const { role, addedById, ...permissions } = as(user, n)
    return { ...newMember(change, { userId: user.id, role, addedById }, permissions), lastReadSeq }
  })
  if (rows.length > 0) await createMembers(change.tx, rows)
  for (const [n, row] of rows.entries()) {
    change.events.push({
      type: 'member.added',
      roomId: change.room.id,
      revision: row.revision,
      member: view.member(row, people[n]),
      memberCount: n + 1,
    })
  }
}

/** The same for both, and of one length whatever the host's ids are. */
const pairKeyOf = (ids: string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...ids].sort()))
    .digest('hex')
