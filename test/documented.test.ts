import { readFileSync } from 'node:fs'
import { defaultLimits } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { ChatError, problemCodes } from '../src/contract/problems.js'
import { defaults } from '../src/defaults.js'
import { openApi } from '../src/http/openapi.js'
import { routes } from '../src/http/routes.js'
import { documentedOf } from './documented.js'

const all = documentedOf(process.cwd())

it('tells in an editor what each member of each public type is', () => {
  // Columns, which docs/tables.md tells of.
  const own = all.filter(({ name }) => !name.startsWith('ChatPrismaClient.'))
  expect(own.filter(({ text }) => text === '').map(({ file, name }) => `${name} (${file})`)).toEqual([])
})

it('says of each limit what it is unless given, as the code has it', () => {
  const limits = all.filter(({ name }) => name.startsWith('Limits.') && name !== 'Limits.rates')
  const said = limits.map(({ name, tags }) => [name, tags.find((tag) => tag.name === 'default')?.text])
  const { rates, ...bounds } = defaultLimits
  const ofRates = Object.entries(rates).map(([name, { points, seconds }]) => [
    `Limits.rates.${name}`,
    `{ points: ${points}, seconds: ${seconds} }`,
  ])
  const ofBounds = Object.entries(bounds).map(([name, value]) => [`Limits.${name}`, `${value}`])
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries([...ofBounds, ...ofRates]))
})

describe('of each option that may be left out, an editor tells', () => {
  const tagged = all.flatMap(({ name, tags }) => {
    const value = tags.find((tag) => tag.name === 'default')?.text
    return value === undefined || name.startsWith('Limits.') ? [] : [[name, value] as const]
  })

  it.each(tagged)('that %s is %s then, as the code has it', (name, value) => {
    const option = name.slice(name.lastIndexOf('.') + 1)
    const [file = '', code = ''] = appliedIn[name] ?? ['defaults.ts', `  ${option}: ${value},`]
    expect(readFileSync(`src/${file}`, 'utf8')).toContain(code.replace('$', value))
  })

  it('what it is then, of each that the code has a value for', () => {
    const names = new Set(tagged.map(([name]) => name.slice(name.lastIndexOf('.') + 1)))
    expect(Object.keys({ ...defaults, pollMsWithBus: undefined }).filter((name) => !names.has(name))).toEqual([
      'pollMsWithBus',
    ])
    expect(Object.keys(appliedIn).filter((name) => !tagged.some(([tagged]) => tagged === name))).toEqual([])
  })

  it('by a tag, and not in words', () => {
    const options = all.filter(
      ({ name, isOptional, text }) => isOptional && /unless given/i.test(text) && /Options|Props/.test(name),
    )
    expect(options.map(({ name }) => name).filter((name) => !isWordy.has(name))).toEqual([])
  })
})

describe('of each method that asks the chat, an editor tells', () => {
  const apis = /^(chat|system|moderation|subscriptions)-api\.ts$|^client\/api\/(?!options)/
  const asked = all.filter(
    ({ file, isAwaited, text }) => isAwaited && apis.test(file) && !text.includes('Never rejects'),
  )
  const thrownBy = new Map(
    asked.map(({ name, tags }) => {
      const said = tags.filter((tag) => tag.name === 'throws').map(({ text }) => text)
      return [name, [...said.join(' ').matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code)]
    }),
  )
  const ofClients = ['unreachable', 'disconnected', 'aborted']
  const known = (name: string): string[] =>
    /^client/.test(fileOf(name)) ? [...problemCodes, ...ofClients] : problemCodes
  const fileOf = (name: string) => asked.find((each) => each.name === name)?.file ?? ''

  it('with which codes it rejects', () => {
    expect([...thrownBy].filter(([, codes]) => codes.length === 0).map(([name]) => name)).toEqual([])
    expect(thrownBy.size).toBeGreaterThan(100)
  })

  it('codes that there are', () => {
    const unknown = [...thrownBy].map(([name, codes]) => [name, codes.filter((code) => !known(name).includes(code))])
    expect(unknown.filter(([, codes]) => codes?.length)).toEqual([])
  })

  it('those of its route, each, and no status that the route is not documented to answer with', () => {
    const { paths } = openApi(routes, '')
    const told = Object.values(paths).flatMap((path) => Object.values(path)) as Told[]
    const statusesOf = (route: string) => Object.keys(told.find((each) => each.operationId === route)?.responses ?? {})
    for (const [name, routeName] of Object.entries(routeOf)) {
      const codes = thrownBy.get(name)
      const route = routes.find((each) => each.name === routeName)
      expect.soft({ name, codes, route: route?.name }).toEqual({ name, codes: expect.any(Array), route: routeName })
      expect.soft(codes, name).toEqual(expect.arrayContaining([...(route?.refusals ?? [])]))
      const statuses = codes
        ?.filter((code) => !ofClients.includes(code))
        .map((code) => `${new ChatError(code as never).status}`)
      expect.soft(statusesOf(routeName), name).toEqual(expect.arrayContaining([...(statuses ?? [])]))
    }
  })
})

/** Where the code has a default that is not in defaults.ts; `$` stands for it. */
const appliedIn: Record<string, [file: string, code: string]> = {
  'ChatOptions.publicPath': ['create-chat-router.ts', 'publicPath = $,'],
  'ChatOptions.limits': ['core/limits.ts', '{ ...$, ...given(some)'],
  'RetentionOptions.days': ['core/retention.ts', 'days = $,'],
  'RoomPreset.canLeave': ['core/room-leaving.ts', 'canLeave === false'],
  'PageRequest.limit': ['contract/fields.ts', 'pageSize = $\n'],
  'MessagePosition.limit': ['contract/fields.ts', 'pageSize = $\n'],
  'ImportMessage.kind': ['core/import-check.ts', 'kind = $ }'],
  'SubscribeOptions.from': ['subscriptions/subscribe-options.ts', 'from = $,'],
  'SubscribeOptions.attempts': ['subscriptions/subscribe-options.ts', 'attempts = $,'],
  'SubscribeOptions.concurrency': ['subscriptions/subscribe-options.ts', 'concurrency = $,'],
  'SubscribeOptions.batch': ['subscriptions/subscribe-options.ts', 'batch = $,'],
  ...Object.fromEntries(
    ['afterSeconds', 'messages', 'concurrency', 'attempts'].map((option): [string, [string, string]] => [
      `NotifyOptions.${option}`,
      ['notifications/notify-options.ts', `${option}: $`],
    ]),
  ),
  'WebhookOptions.imported': ['webhooks/webhooks.ts', 'imported = $,'],
  'WebhookOptions.allowPrivate': ['webhooks/webhooks.ts', 'allowPrivate = $,'],
  'WebhookOptions.timeoutMs': ['webhooks/webhooks.ts', 'timeoutMs = $,'],
  'WebhookOptions.concurrency': ['webhooks/webhooks.ts', 'concurrency = $ }'],
  'RedisBusOptions.channel': ['bus/redis.ts', 'channel = $ }'],
  'PostgresBusOptions.channel': ['bus/postgres.ts', 'options.channel ?? $)'],
  'S3StorageOptions.prefix': ['storage/s3.ts', 'prefix = $,'],
  'S3StorageOptions.redirect': ['storage/s3.ts', 'redirect = $ }'],
  'ChatProviderProps.connect': ['react/chat-provider.ts', 'connect = $,'],
  'ChatClientOptions.storageKey': ['client/outbox-storage.ts', 'storageKey ?? $,'],
  // Those of the platform: `browser` is what globalThis has.
  'ChatClientOptions.credentials': ['client/http.ts', '{ method, credentials,'],
  'ChatClientOptions.WebSocket': ['client/socket.ts', 'WebSocket = browser.WebSocket }'],
  'ChatClientOptions.fetch': ['client/http.ts', 'options.fetch ?? browser.fetch'],
}

/** What these are depends on something, which words say. */
const isWordy = new Set([
  'ChatOptions.isStillWelcome',
  'ChatOptions.isModerator',
  'ChatOptions.pollMs',
  'SubscribeOptions.types',
  'SubscribeOptions.rooms',
  'SubscribeOptions.backoff',
  'NotifyOptions.backoff',
  'WebhookOptions.types',
  'WebhookOptions.rooms',
  'WebhookOptions.name',
])

interface Told {
  operationId: string
  responses: object
}

/** The methods that are routes, too. Moderators are told apart by the routes, and not by the host's own calls. */
const routeOf = {
  'ChatApi.rooms.list': 'listRooms',
  'ChatApi.rooms.listPublic': 'listPublicRooms',
  'ChatApi.rooms.create': 'createRoom',
  'ChatApi.rooms.get': 'getRoom',
  'ChatApi.rooms.update': 'updateRoom',
  'ChatApi.rooms.delete': 'deleteRoom',
  'ChatApi.requests.accept': 'acceptRequest',
  'ChatApi.requests.refuse': 'refuseRequest',
  'ChatApi.members.list': 'listMembers',
  'ChatApi.members.get': 'getMember',
  'ChatApi.members.add': 'addMember',
  'ChatApi.members.update': 'updateMember',
  'ChatApi.members.remove': 'removeMember',
  'ChatApi.members.markManyRead': 'markManyRead',
  'ChatApi.bans.list': 'listBans',
  'ChatApi.bans.set': 'setBan',
  'ChatApi.bans.remove': 'removeBan',
  'ChatApi.messages.list': 'listMessages',
  'ChatApi.messages.get': 'getMessage',
  'ChatApi.messages.send': 'sendMessage',
  'ChatApi.messages.edit': 'editMessage',
  'ChatApi.messages.delete': 'deleteMessage',
  'ChatApi.messages.report': 'reportMessage',
  'ChatApi.reactions.add': 'addReaction',
  'ChatApi.reactions.list': 'listReactions',
  'ChatApi.reactions.remove': 'removeReaction',
  'ChatApi.reactions.mine': 'listMyReactions',
  'ChatApi.media.upload': 'uploadMedia',
  'ChatApi.media.get': 'getMedia',
  'ChatApi.users.get': 'getUser',
  'ChatApi.users.search': 'searchUsers',
  'ChatApi.blocks.list': 'listBlocks',
  'ChatApi.blocks.add': 'blockUser',
  'ChatApi.search': 'searchMessages',
  'ChatApi.changes': 'listChanges',
  'ModerationApi.reports.get': 'getReport',
  'ModerationApi.reports.update': 'updateReport',
  'ModerationApi.rooms.get': 'readRoom',
  'ModerationApi.members.list': 'readMembers',
  'ModerationApi.members.remove': 'expelMember',
  'ModerationApi.members.silence': 'silenceMember',
  'ModerationApi.bans.list': 'readBans',
  'ModerationApi.bans.set': 'banFromRoom',
  'ModerationApi.bans.remove': 'endBanFromRoom',
  'ModerationApi.messages.list': 'readMessages',
  'ModerationApi.messages.delete': 'expungeMessage',
  'Bans.list': 'listBans',
  'Bans.set': 'setBan',
  'Bans.remove': 'removeBan',
  'Blocks.add': 'blockUser',
  'ChatClient.search': 'searchMessages',
  'MediaFiles.upload': 'uploadMedia',
  'MediaFiles.get': 'getMedia',
  'Members.add': 'addMember',
  'Members.update': 'updateMember',
  'Members.remove': 'removeMember',
  'Members.get': 'getMember',
  'Messages.send': 'sendMessage',
  'Messages.edit': 'editMessage',
  'Messages.delete': 'deleteMessage',
  'Messages.react': 'addReaction',
  'Messages.unreact': 'removeReaction',
  'Messages.get': 'getMessage',
  'Messages.report': 'reportMessage',
  'Messages.reactions': 'listReactions',
  'Messages.search': 'listMessages',
  'Moderation.reports': 'listReports',
  'Moderation.updateReport': 'updateReport',
  'Moderation.audit': 'listAudit',
  'ModeratedRoom.get': 'readRoom',
  'ModeratedRoom.messages': 'readMessages',
  'ModeratedRoom.search': 'readMessages',
  'ModeratedRoom.members': 'readMembers',
  'ModeratedRoom.deleteMessage': 'expungeMessage',
  'ModeratedRoom.removeMember': 'expelMember',
  'ModeratedRoom.silence': 'silenceMember',
  'ModeratedRoom.bans': 'readBans',
  'ModeratedRoom.ban': 'banFromRoom',
  'ModeratedRoom.unban': 'endBanFromRoom',
  'Requests.accept': 'acceptRequest',
  'Requests.refuse': 'refuseRequest',
  'Rooms.create': 'createRoom',
  'Rooms.searchPublic': 'listPublicRooms',
  'RoomHandle.update': 'updateRoom',
  'RoomHandle.delete': 'deleteRoom',
  'RoomHandle.leave': 'removeMember',
  'RoomHandle.changes': 'listChanges',
  'MyProfile.update': 'updateMe',
  'MyProfile.reactions': 'listMyReactions',
  'Users.get': 'getUser',
  'Users.search': 'searchUsers',
}
