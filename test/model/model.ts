import { isDeepStrictEqual } from 'node:util'
import type { Permission } from 'express-chat'
import { allowed, granted, holdTo, permissions, preset, Refusal, ranksAbove, refuse, within } from './grants.js'
import { keep } from './keeping.js'
import { ban, remove, silence, unban } from './keeping-out.js'
import { changeScheduled, schedule, sendDue } from './later.js'
import { comeByLink, makeLink, revokeLink } from './links.js'
import { allOf, end, endLinksOf, enter, memberOf, messageAt, say, subjectOf, tellThread, write } from './rooms.js'
import { tell, tellMe, tellRead } from './told.js'
import type {
  Creation,
  Deed,
  ModelMember,
  ModelMessage,
  ModelRoom,
  OfMessage,
  OfRoom,
  Outcome,
  Ref,
  World,
} from './world.js'

// The chat as its protocol tells it: what a deed makes of the world. Nothing of the library's code is in here. Where the
// protocol is silent, a comment says so, and what is taken as said.

/** So few that a run reaches them. */
export const mostPins = 2
export const mostVersions = 2

/** What a deed is answered, and the world after it; the one before stays as it was. */
export function after(before: World, deed: Deed): { world: World; outcome: Outcome } {
  const world = structuredClone(before)
  try {
    return { world, outcome: outcomeOf(world, deed) }
  } catch (error) {
    if (error instanceof Refusal) return { world: before, outcome: error.outcome }
    throw error
  }
}

function outcomeOf(world: World, deed: Deed): Outcome {
  if (deed.type === 'create') return create(world, deed)
  if (deed.type === 'due') return sendDue(world)
  return deed.type === 'reword' || deed.type === 'cancel' ? changeScheduled(world, deed) : change(world, deed)
}

function create(world: World, { by, room: type, isPublic, userIds }: Creation): Outcome {
  const others = [...new Set(userIds)].filter((id) => id !== by)
  if (type === 'private') {
    holdTo(others.length === 1 && userIds.length === 1, 400)
    const pair = world.rooms.find(
      (room) => room.type === type && !room.isDeleted && [by, ...others].every((id) => memberOf(room, id)),
    )
    if (pair) return { status: 200 }
  }
  holdTo(
    others.every((id) => world.users.includes(id)),
    404,
  )
  const room: ModelRoom = {
    type,
    name: type === 'private' ? null : `Room ${world.rooms.length}`,
    description: '',
    data: null,
    isPublic: type !== 'private' && isPublic,
    slowModeSeconds: 0,
    readReceipts: true,
    createdBy: by,
    isDeleted: false,
    revision: 0,
    members: [],
    former: {},
    banned: [],
    invites: [],
    wrote: [],
    pins: [],
    messages: [],
    threads: {},
    scheduledRevisions: {},
    told: [],
  }
  world.rooms.push(room)
  tell(room, 'room.updated', 'room')
  const roleOf = (userId: string) => (type !== 'private' && userId === by ? 'owner' : 'member')
  for (const id of [by, ...others]) enter(room, id, by, roleOf(id), preset(type, roleOf(id)))
  if (type !== 'private') {
    const seq = say(room, by, 'room.created', { name: room.name ?? '' })
    for (const member of room.members) member.lastReadSeq = seq
  }
  return { status: 201 }
}

function change(world: World, deed: OfRoom | OfMessage): Outcome {
  const room = world.rooms[deed.room] ?? refuse(404)
  holdTo(!room.isDeleted, 404)
  const { by } = deed
  if (deed.type === 'use link') return comeByLink(room, by, deed.link)
  const me = memberOf(room, by)
  if (!me) {
    holdTo(room.isPublic, 404)
    if (deed.type !== 'add' || deed.userId !== by) return refuse(403)
    holdTo(!deed.role && !deed.permissions, 403)
    holdTo(!room.banned.includes(by), 403, 'banned')
    const held = within(preset(room.type, 'member'), room.former[by]?.member)
    Object.assign(enter(room, by, by, 'member', held), { lastReadSeq: room.messages.length + 1, hasRead: true })
    say(room, by, 'member.joined', { userIds: [by] })
    return { status: 201 }
  }
  const may = (permission: Permission) => me.permissions[permission]

  switch (deed.type) {
    case 'edit room': {
      holdTo(may('canEditRoom'), 403)
      holdTo(!me.silencedUntil, 403, 'silenced')
      // Silent: what changes nothing takes no revision.
      const { name: called, description, isPublic, slowModeSeconds, readReceipts, data } = deed
      const given = [called, description, isPublic, slowModeSeconds, readReceipts, data]
      if (given.every((value) => value === undefined)) return { status: 200 }
      const { name = room.name } = deed
      const isRenamed = name !== room.name
      room.name = name
      room.description = deed.description ?? room.description
      room.isPublic = deed.isPublic ?? room.isPublic
      if (deed.data !== undefined) room.data = deed.data
      room.slowModeSeconds = deed.slowModeSeconds ?? room.slowModeSeconds
      room.readReceipts = deed.readReceipts ?? room.readReceipts
      tell(room, 'room.updated', 'room')
      if (isRenamed && name !== null) say(room, by, 'room.renamed', { name })
      return { status: 200 }
    }

    case 'delete room':
      holdTo(may('canDeleteRoom'), 403)
      end(room)
      return { status: 204 }

    case 'add': {
      const { userId, role = 'member' } = deed
      if (memberOf(room, userId)) return { status: 200 }
      holdTo(room.type !== 'private', 409)
      holdTo(may('canAddUsers'), 403)
      holdTo(!room.banned.includes(userId), 403, 'banned')
      holdTo(me.role !== 'member' || (!deed.role && !deed.permissions), 403)
      const held = granted(me, room.type, role, deed.permissions)
      const { member: former, removedBy } = room.former[userId] ?? {}
      holdTo(!former || removedBy === userId || may('canRemoveUsers'), 403)
      const isBack = former !== undefined && me.role !== 'owner'
      if (isBack) {
        holdTo(!ranksAbove(role, former.role), 403)
        holdTo(
          permissions.every((name) => !deed.permissions?.[name] || former.permissions[name]),
          403,
        )
      }
      holdTo(world.users.includes(userId), 404)
      const added = enter(room, userId, by, role, isBack ? within(held, former) : held)
      Object.assign(added, { lastReadSeq: room.messages.length + 1, hasRead: true })
      say(room, by, 'member.added', { userIds: [userId] })
      return { status: 201 }
    }

    case 'change': {
      const member = memberOf(room, deed.userId) ?? refuse(404)
      holdTo(room.type !== 'private', 409)
      holdTo(me.role === 'owner', 403)
      const { role, permissions: single } = deed
      holdTo(member.role !== 'owner' || deed.userId === by || room.createdBy === by, 403)
      const isNew = role !== undefined && role !== member.role
      const held = isNew ? granted(me, room.type, role, single) : { ...member.permissions, ...allowed(me, single) }
      const isLast = member.role === 'owner' && room.members.filter(({ role }) => role === 'owner').length === 1
      holdTo(!isLast || !role || role === 'owner', 409)
      member.role = role ?? member.role
      member.permissions = held
      if (!held.canAddUsers) endLinksOf(room, member.userId)
      member.revision = tell(room, 'member.updated', `member ${member.userId}`)
      if (isNew && role === 'owner') say(room, by, 'owner.changed', { userIds: [member.userId] })
      return { status: 200 }
    }

    case 'remove':
      return remove(room, me, deed)
    case 'ban':
      return ban(world, room, me, deed.userId)
    case 'unban':
      return unban(room, me, deed.userId)
    case 'silence':
      return silence(room, me, deed)

    case 'make link':
      return makeLink(room, me, deed.maxUses ?? null)
    case 'revoke link':
      return revokeLink(room, me, deed.link)

    case 'schedule':
      return schedule(world, deed, me)

    case 'mute':
    case 'keep':
      return keep(room, me, deed)

    case 'read': {
      const isFurther = Math.min(deed.seq, room.messages.length) > me.lastReadSeq
      if (!isFurther && !me.isMarkedUnread) return { status: 200 }
      if (isFurther) Object.assign(me, { lastReadSeq: Math.min(deed.seq, room.messages.length), hasRead: true })
      me.isMarkedUnread = false
      tellMe(room, me)
      if (isFurther && room.readReceipts) tellRead(room, me)
      return { status: 200 }
    }

    case 'send': {
      holdTo(may('canCreateMessages'), 403)
      holdTo(!me.silencedUntil, 403, 'silenced')
      const { by: _, room: __, ...body } = deed
      const { text, data = null, clientId = null, replyTo = null, mentions, mentionsEveryone = false } = body
      const { thread, alsoInRoom = false } = body
      const sent = JSON.stringify({ ...body, data })
      const standing = allOf(room).find(
        ({ message }) => clientId !== null && message.userId === by && message.clientId === clientId,
      )
      if (standing) {
        const { message: same, ...ref } = standing
        // A deleted message does not rise again: what it said is gone, and its tombstone answers, whatever is sent.
        if (!same.isDeleted && same.sent !== sent) refuse(409, 'idempotency_conflict')
        return { status: 200, message: ref }
      }
      const isTooSoon = room.slowModeSeconds > 0 && room.wrote.includes(by) && !may('canDeleteMessages')
      holdTo(!isTooSoon, 429)
      holdTo(!mentionsEveryone || may('canEditRoom'), 403)
      if (thread !== undefined) {
        const root = room.messages[thread - 1] ?? refuse(400)
        holdTo(root.kind === 'user' && root.thread === null, 400)
        holdTo(!root.isDeleted || room.threads[thread], 409)
      }
      const quoted = replyTo === null ? undefined : (room.messages[replyTo - 1] ?? refuse(400))
      holdTo(!quoted?.isDeleted, 409)
      holdTo(
        mentions.every((id) => memberOf(room, id)),
        400,
      )
      room.wrote.push(by)
      const said = {
        kind: 'user' as const,
        userId: by,
        text,
        data,
        replyTo,
        mentions,
        mentionsEveryone,
        clientId,
        sent,
      }
      return { status: 201, message: write(room, { ...said, thread: thread ?? null, alsoInRoom }) }
    }

    default:
      return changeMessage(world, room, me, deed)
  }
}

function changeMessage(world: World, room: ModelRoom, me: ModelMember, deed: OfMessage): Outcome {
  const { by, seq, thread } = deed
  const ref: Ref = thread === undefined ? { seq } : { seq, thread }
  // Silent: who is silenced is told so first.
  const pins = deed.type === 'pin' || deed.type === 'unpin'
  if (pins) holdTo(room.type === 'private' || me.permissions.canEditRoom, 403)
  if (deed.type === 'react' || pins) holdTo(!me.silencedUntil, 403, 'silenced')
  const message = messageAt(room, ref) ?? refuse(404)
  const may = (own: Permission, any: Permission) =>
    // Silent: what the system says is nobody's own.
    holdTo((message.kind === 'user' && message.userId === by && me.permissions[own]) || me.permissions[any], 403)
  const tellOf = (type: string, says?: unknown) => {
    message.revision = tell(room, type, subjectOf(ref), says)
  }

  switch (deed.type) {
    case 'edit':
      // Silent: what the system says stays as it is.
      holdTo(message.kind === 'user', 409)
      may('canEditOwnMessages', 'canEditMessages')
      holdTo(!me.silencedUntil, 403, 'silenced')
      holdTo(!message.isDeleted, 409)
      for (const id of deed.mentions ?? []) holdTo(memberOf(room, id) || message.mentions.includes(id), 400)
      holdTo(!deed.mentionsEveryone || message.mentionsEveryone || me.permissions.canEditRoom, 403)
      if (!editMessage(message, deed)) return { status: 200, message: ref }
      tellOf('message.updated')
      return { status: 200, message: ref }

    case 'delete':
      may('canDeleteOwnMessages', 'canDeleteMessages')
      if (message.isDeleted) return { status: 204 }
      Object.assign(message, {
        ...{ text: '', data: null, system: null, mentions: [], mentionsEveryone: false, reactions: [] },
        ...{ pinnedBy: null, isDeleted: true, versions: [] },
      })
      if (thread === undefined) room.pins = room.pins.filter((pinned) => pinned !== seq)
      tellOf('message.deleted')
      if (message.thread !== null) tellThread(room, message.thread)
      return { status: 204 }

    case 'pin':
      holdTo(!message.isDeleted, 409)
      holdTo(message.kind === 'user', 409)
      if (message.pinnedBy !== null) return { status: 200, message: ref }
      holdTo(room.pins.length < mostPins, 409)
      message.pinnedBy = by
      room.pins.unshift(seq)
      tellOf('message.updated', { type: 'message.pinned', userId: by })
      say(room, by, 'message.pinned', {}, seq)
      return { status: 201, message: ref }

    case 'unpin':
      if (message.pinnedBy === null) return { status: 204 }
      message.pinnedBy = null
      room.pins = room.pins.filter((pinned) => pinned !== seq)
      tellOf('message.updated', { type: 'message.unpinned', userId: by })
      return { status: 204 }

    case 'react': {
      const { reaction } = deed
      holdTo(!message.isDeleted, 409)
      holdTo(world.reactions.includes(reaction), 422)
      if (message.reactions.some((one) => one.userId === by && one.reaction === reaction)) return { status: 200 }
      if (world.isExclusive) message.reactions = message.reactions.filter(({ userId }) => userId !== by)
      message.reactions.push({ userId: by, reaction })
      tellOf('message.updated', { type: 'reaction.added', userId: by, reaction })
      return { status: 201 }
    }

    case 'unreact': {
      const { reaction, userId } = deed
      const standing = message.reactions.find((one) => one.userId === userId && one.reaction === reaction)
      holdTo(standing, 404)
      holdTo(userId === by, 403)
      message.reactions = message.reactions.filter((one) => one !== standing)
      tellOf('message.updated', { type: 'reaction.removed', userId: by, reaction })
      return { status: 204 }
    }
  }
}

/** False where the message says all of it already: then it is not edited. */
function editMessage(message: ModelMessage, deed: Extract<OfMessage, { type: 'edit' }>): boolean {
  const { text, mentions, mentionsEveryone, data } = message
  const said = { text, mentions, mentionsEveryone, data }
  const { text: newText = text, mentions: newMentions = mentions, data: newData = data } = deed
  const says = {
    ...{ text: newText, mentions: newMentions, data: newData },
    mentionsEveryone: deed.mentionsEveryone ?? mentionsEveryone,
  }
  if (isDeepStrictEqual(said, says)) return false
  const versions = [{ text, mentions, data }, ...message.versions]
  const last = versions.slice(0, mostVersions - 1)
  message.versions = versions.length > mostVersions ? [...last, ...versions.slice(-1)] : versions
  Object.assign(message, { ...says, isEdited: true })
  return true
}
