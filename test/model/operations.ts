import type { Notify, Role, RoomType } from 'express-chat'
import fc, { type Arbitrary } from 'fast-check'
import { permissions } from './grants.js'
import { allOf, memberOf, messageAt } from './rooms.js'
import type { Data, Deed, Keeping, ModelMessage, ModelRoom, Ref, World } from './world.js'

export const users = ['alice', 'bob', 'carol', 'dave']
/** Whom the chat does not know. */
const ghost = 'ghost'

/**
 * What is to happen, before it is known in which world: choices are numbers, taken modulo what there is then. So any part
 * of a run is a run, and one that fails can be made smaller.
 */
export interface Operation {
  by: number
  /** Over the socket where it has the command; `cut`: over the socket, which is cut off at once, and then again. */
  via: 'http' | 'socket' | 'cut'
  /** Most are about a room that the user is in, some about any. */
  among: 'mine' | 'all'
  room: number
  message: number
  /** Another user: of the room, or anyone. */
  user: number
  what: What
}

type What =
  | { type: 'create'; room: RoomType; isPublic: boolean; users: number[] }
  | {
      type: 'edit room'
      name?: string
      description?: string
      isPublic?: boolean
      slowModeSeconds?: number
      readReceipts?: boolean
      data?: Data
    }
  | { type: 'delete room' }
  | { type: 'leave' | 'join' }
  | { type: 'ban' | 'unban' }
  | { type: 'remove'; ban?: boolean }
  | { type: 'silence'; until: string | null }
  | { type: 'delete' | 'pin' | 'unpin' }
  | { type: 'cut' }
  | { type: 'connect' }
  | { type: 'look' }
  | { type: 'add' | 'change'; role?: Role; permission?: number; value?: boolean }
  | { type: 'step down'; role: Role }
  | { type: 'mute'; muted: boolean }
  | { type: 'make link'; maxUses?: number }
  | { type: 'use link' | 'revoke link'; link: number }
  | { type: 'schedule'; text: string; mentions: number[] }
  | { type: 'reword'; text: string; isAgain: boolean }
  | { type: 'cancel' }
  | { type: 'due' }
  | ({ type: 'keep' } & Keeping)
  | { type: 'read'; back: number }
  | {
      type: 'send'
      text: string
      data?: Data
      clientId?: string
      isReply: boolean
      thread: 'none' | 'alone' | 'both'
      mentions: number[]
      mentionsEveryone?: boolean
    }
  | { type: 'edit'; text?: string; data?: Data; mentions?: number[]; mentionsEveryone?: boolean }
  | { type: 'react' | 'unreact'; reaction: number }

const nat = fc.nat({ max: 59 })
const role = fc.constantFrom<Role>('member', 'admin', 'owner')
const edit = fc.constant('edit' as const)
const data = fc.constantFrom<Data>({ card: 1 }, { card: 2 }, null)
const text = fc.constantFrom('hello', 'good morning', 'a', '👋 naïve 图', '50% of _all_')

const create = fc.record({
  type: fc.constant('create' as const),
  room: fc.constantFrom<RoomType>('group', 'group', 'channel', 'channel', 'private'),
  isPublic: fc.boolean(),
  users: fc.array(nat, { minLength: 1, maxLength: 4, size: 'max' }),
})

const plain = <Type extends What['type']>(type: Type) =>
  fc.record({ type: fc.constant(type) }) as unknown as Arbitrary<Extract<What, { type: Type }>>

const what: Arbitrary<What> = fc.oneof(
  { weight: 2, arbitrary: create },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        type: fc.constant('edit room' as const),
        name: fc.constantFrom('New name', 'Newer name'),
        description: fc.constantFrom('', 'What it is about'),
        isPublic: fc.boolean(),
        slowModeSeconds: fc.constantFrom(0, 21_600),
        data,
        readReceipts: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
  },
  { weight: 1, arbitrary: plain('delete room') },
  { weight: 4, arbitrary: plain('leave') },
  { weight: 3, arbitrary: plain('join') },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('remove' as const), ban: fc.boolean() }, { requiredKeys: ['type'] }),
  },
  { weight: 2, arbitrary: plain('ban') },
  { weight: 3, arbitrary: plain('unban') },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('silence' as const),
      until: fc.constantFrom('2999-12-31T23:59:59.000Z', null),
    }),
  },
  {
    weight: 13,
    arbitrary: fc.record(
      { type: fc.constantFrom('add' as const, 'change' as const), role, permission: nat, value: fc.boolean() },
      { requiredKeys: ['type'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('step down' as const), role }) },
  {
    weight: 4,
    arbitrary: fc.record(
      { type: fc.constant('make link' as const), maxUses: fc.integer({ min: 1, max: 2 }) },
      { requiredKeys: ['type'] },
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constantFrom('use link' as const, 'use link' as const, 'use link' as const, 'revoke link' as const),
      link: nat,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('mute' as const), muted: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: fc.record(
      {
        type: fc.constant('keep' as const),
        muted: fc.boolean(),
        mutedUntil: fc.constantFrom('2999-12-31T23:59:59.000Z', null),
        notify: fc.constantFrom<Notify>('all', 'mentions', 'none'),
        isPinned: fc.boolean(),
        isArchived: fc.constantFrom(true, true, false),
        isMarkedUnread: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('read' as const), back: fc.integer({ min: -2, max: 4 }) }) },
  {
    weight: 22,
    arbitrary: fc.record(
      {
        type: fc.constant('send' as const),
        text,
        data,
        clientId: fc.constantFrom('c1', 'c2', 'c3'),
        isReply: fc.boolean(),
        thread: fc.constantFrom('none' as const, 'none' as const, 'alone' as const, 'both' as const),
        mentions: fc.array(nat, { maxLength: 2 }),
        mentionsEveryone: fc.constantFrom(true, false, false),
      },
      { requiredKeys: ['type', 'text', 'isReply', 'thread', 'mentions'] },
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record(
      {
        type: edit,
        text,
        data,
        mentions: fc.array(nat, { maxLength: 2 }),
        mentionsEveryone: fc.boolean(),
      },
      { requiredKeys: ['type', 'text'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ type: edit, data }) },
  { weight: 6, arbitrary: plain('delete') },
  { weight: 6, arbitrary: plain('pin') },
  { weight: 3, arbitrary: plain('unpin') },
  {
    weight: 16,
    arbitrary: fc.record({
      type: fc.constantFrom('react' as const, 'unreact' as const),
      reaction: fc.nat({ max: 20 }),
    }),
  },
  {
    weight: 18,
    arbitrary: fc.record({ type: fc.constant('schedule' as const), text, mentions: fc.array(nat, { maxLength: 2 }) }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('reword' as const), text, isAgain: fc.boolean() }) },
  { weight: 2, arbitrary: plain('cancel') },
  { weight: 8, arbitrary: plain('due') },
  { weight: 4, arbitrary: plain('cut') },
  { weight: 6, arbitrary: plain('connect') },
  { weight: 1, arbitrary: plain('look') },
)

const operationOf = (what: Arbitrary<What>): Arbitrary<Operation> =>
  fc.record({
    by: fc.nat({ max: users.length - 1 }),
    via: fc.constantFrom('http', 'http', 'socket', 'socket', 'socket', 'cut'),
    among: fc.constantFrom('mine', 'mine', 'mine', 'mine', 'mine', 'all'),
    room: nat,
    message: nat,
    user: nat,
    what,
  })

export interface Run {
  isExclusive: boolean
  operations: Operation[]
}

export const run: Arbitrary<Run> = fc
  .record({
    isExclusive: fc.boolean(),
    opening: fc.array(operationOf(create), { minLength: 1, maxLength: 3 }),
    following: fc.array(operationOf(what), { minLength: 10, maxLength: 50, size: 'max' }),
  })
  .map(({ isExclusive, opening, following }) => ({ isExclusive, operations: [...opening, ...following] }))

type Send = Extract<Deed, { type: 'send' }>

const pick = <T>(items: T[], choice: number): T | undefined => items[choice % items.length]

/** What an operation is in a world; undefined where it is nothing there. */
export function deedOf(world: World, { by: choice, among, what, ...operation }: Operation): Deed | undefined {
  let by = users[choice] as string
  const anyone = [...users, ghost]
  const named = (choices: number[]) => [...new Set(choices.map((choice) => pick(anyone, choice) as string))]
  if (what.type === 'create') {
    const { type, room, isPublic } = what
    const userIds =
      room === 'private' ? named(what.users.slice(0, 1)) : named(what.users).filter(unlessRare(operation.user))
    return { by, type, room, isPublic, userIds }
  }
  if (what.type === 'due') return { by, type: 'due' }
  if (what.type === 'reword' || what.type === 'cancel') {
    const standing = [...world.scheduled.keys()].filter((n) => world.scheduled[n] !== null)
    const n = pick(standing, operation.message)
    const scheduled = n === undefined ? null : world.scheduled[n]
    if (n === undefined || !scheduled) return
    // Mostly its author.
    return { ...what, by: operation.user % 5 ? scheduled.by : by, room: scheduled.room, scheduled: n }
  }
  const all = [...world.rooms.keys()]
  const comes = what.type === 'join' || what.type === 'use link'
  if (among === 'mine' && !comes && !world.rooms.some((room) => memberOf(room, by))) {
    // Whoever is in no room would be refused everything.
    by =
      pick(
        world.rooms.flatMap(({ members }) => members.map(({ userId }) => userId)),
        operation.user,
      ) ?? by
  }
  const mine = all.filter((n) => memberOf(world.rooms[n] as ModelRoom, by))
  const open = all.filter((n) => world.rooms[n]?.isPublic && !mine.includes(n))
  const linked = all.filter((n) => world.rooms[n]?.invites.some((link) => link !== null))
  const likelyRooms =
    what.type === 'join' ? open : what.type === 'use link' || what.type === 'revoke link' ? linked : mine
  const rooms = likelyRooms.length > 0 && (comes || among === 'mine' || likelyRooms === linked) ? likelyRooms : all
  const n = pick(rooms, operation.room)
  const room = n === undefined ? undefined : world.rooms[n]
  if (n === undefined || !room) return
  if ((what.type === 'ban' || what.type === 'unban' || what.type === 'silence') && operation.message % 4) {
    const able = room.members.filter(({ permissions }) => permissions.canRemoveUsers)
    by = pick(able, operation.message)?.userId ?? by
  }
  const inside = room.members.map(({ userId }) => userId).filter((userId) => userId !== by)
  const outside = anyone.filter((userId) => userId !== by && !inside.includes(userId))
  /** Mostly one who makes sense. */
  const someone = (likely: string[]) =>
    pick(operation.user % 6 > 0 && likely.length > 0 ? likely : anyone, operation.user) as string

  const addressed = (choices: number[]) =>
    named(choices).filter((userId) => operation.user % 6 === 0 || memberOf(room, userId))
  /** Most who would mention everyone may. */
  const everyone = (mentionsEveryone: boolean | undefined) => {
    const isLikely = operation.user % 6 === 0 || memberOf(room, by)?.permissions.canEditRoom
    return mentionsEveryone === undefined || !isLikely ? {} : { mentionsEveryone }
  }

  switch (what.type) {
    case 'edit room':
    case 'delete room':
    case 'mute':
    case 'make link':
      return { by, ...what, room: n }
    case 'use link':
    case 'revoke link': {
      const standing = [...room.invites.keys()].filter((link) => room.invites[link] !== null)
      // The last is never there.
      const links = operation.user % 5 && standing.length > 0 ? standing : [...room.invites.keys(), room.invites.length]
      return { by, room: n, type: what.type, link: pick(links, what.link) ?? 0 }
    }
    case 'keep':
      return Object.keys(what).length > 1 ? { by, ...what, room: n } : undefined
    case 'leave':
      return { by, room: n, type: 'remove', userId: by }
    case 'join':
      return { by, room: n, type: 'add', userId: by }
    case 'step down':
      return { by, room: n, type: 'change', userId: by, role: what.role }
    case 'remove':
    case 'ban':
      return { by, room: n, ...what, userId: someone(inside) }
    case 'unban':
      return { by, room: n, ...what, userId: someone(room.banned) }
    case 'silence': {
      // What somebody sends later is refused when they are silenced until it is due.
      const waiting = inside.filter((id) => world.scheduled.some((one) => one?.room === n && one.by === id))
      const anybody = [...inside, ...Object.keys(room.former)]
      return { by, room: n, ...what, userId: someone(waiting.length > 0 ? waiting : anybody) }
    }
    case 'add':
    case 'change': {
      const { type, role, permission, value = false } = what
      const single =
        permission === undefined ? {} : { permissions: { [pick(permissions, permission) as string]: value } }
      if (type === 'change' && !role && permission === undefined) return
      const userId = someone(type === 'add' ? outside : inside)
      return { by, room: n, type, userId, ...(role ? { role } : {}), ...single }
    }
    case 'schedule': {
      // Whoever may write by now may lose that until it is due.
      const able = room.members.filter(({ permissions }) => permissions.canCreateMessages)
      const likely = operation.message % 4 ? (pick(able, operation.user)?.userId ?? by) : by
      return { by: likely, room: n, ...what, mentions: addressed(what.mentions) }
    }
    case 'read':
      return { by, room: n, type: 'read', seq: Math.max(0, room.messages.length - what.back) }
    case 'send': {
      const { type, text, data, clientId, isReply, thread, mentions, mentionsEveryone } = what
      const before = allOf(room).find(({ message }) => message.userId === by && message.clientId === clientId)?.message
      if (clientId && before && operation.user % 2) return { ...(JSON.parse(before.sent) as Send), by, room: n }
      const reply =
        isReply && room.messages.length > 0 ? { replyTo: 1 + (operation.message % room.messages.length) } : {}
      const carried = data === undefined ? {} : { data }
      // Few messages have many replies, some of them refused.
      const roots = room.messages.flatMap(({ kind }, index) => (kind === 'user' || index % 4 === 3 ? index + 1 : []))
      const root = thread === 'none' ? undefined : pick(roots.slice(0, 3), operation.message)
      const answered = root === undefined ? {} : { thread: root, ...(thread === 'both' ? { alsoInRoom: true } : {}) }
      const to = { mentions: addressed(mentions), ...everyone(mentionsEveryone), ...answered }
      return { by, room: n, type, text, ...carried, ...to, ...reply, ...(clientId ? { clientId } : {}) }
    }
  }
  if (what.type === 'cut' || what.type === 'connect' || what.type === 'look') return
  const likely = {
    edit: (message: ModelMessage) => message.kind === 'user' && message.userId === by,
    delete: (message: ModelMessage) => message.userId === by,
    pin: (message: ModelMessage) => message.kind === 'user' && !message.isDeleted,
    unpin: (message: ModelMessage) => message.pinnedBy !== null,
    react: (message: ModelMessage) => !message.isDeleted,
    unreact: (message: ModelMessage) => message.reactions.length > 0,
  }[what.type]
  // Here replies are not pinned; the tests of threads do that.
  const isOfRoom = what.type === 'pin' || what.type === 'unpin'
  const said = allOf(room).filter(({ thread }) => !isOfRoom || thread === undefined)
  const refOf = ({ message: _, ...ref }: Ref & { message?: ModelMessage }): Ref => ref
  // The last is never there.
  const some: Ref[] =
    operation.user % 5 ? said.filter(({ message }) => likely(message)) : [...said, { seq: said.length + 1 }]
  const picked = pick(some, operation.message)
  if (!picked) return
  const ref = refOf(picked)
  if (what.type === 'edit') {
    const { mentions, mentionsEveryone, ...changes } = what
    const to = { ...(mentions && { mentions: addressed(mentions) }), ...everyone(mentionsEveryone) }
    return { by, room: n, ...ref, ...changes, ...to }
  }
  if (!('reaction' in what)) return { by, room: n, ...ref, ...what }
  const standing = messageAt(room, ref)?.reactions ?? []
  const own = standing.filter(({ userId }) => userId === by)
  if (what.type === 'react') {
    const some = [...world.reactions, ...world.reactions, ...own.map(({ reaction }) => reaction), 'no reaction']
    return { by, room: n, ...ref, type: 'react', reaction: pick(some, what.reaction) as string }
  }
  const others = standing.filter(({ userId }) => userId !== by)
  const meant = pick(operation.user % 3 ? own : others, what.reaction) ?? pick(standing, what.reaction)
  return { by, room: n, ...ref, type: 'unreact', ...(meant ?? { userId: by, reaction: world.reactions[0] as string }) }
}

/** Keeps the ghost out of most rooms that are made: one unknown user refuses all of it. */
const unlessRare = (choice: number) => (userId: string) => userId !== ghost || choice % 8 === 0
