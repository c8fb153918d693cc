import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../databases.js'
import { startHost } from '../host.js'
import { givenStorage } from '../media/given-storage.js'
import { blockOf, execute } from '../readme.js'
import { givenDatabase } from '../realtime/given.js'

const block = (name: string): string =>
  blockOf('docs/importing.md', `test/docs/importing.test.ts: ${name}`).replaceAll(/^import .*\n/gm, '')

/** Somewhere else: a folder of JSON files, and an address where a text lies. */
async function givenElsewhere(files: (origin: string) => Record<string, unknown>) {
  const server = createServer((request, response) => response.end(`the text of ${request.url}`))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const directory = mkdtempSync(join(tmpdir(), 'express-chat-import-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const [name, content] of Object.entries(files(origin))) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), JSON.stringify(content))
  }
  return { directory }
}

async function givenChat(on = databases[0]) {
  const { storage, remove } = givenStorage()
  onTestFinished(remove)
  const host = await startHost(await givenDatabase(on), { storage })
  onTestFinished(() => host.close())
  return host.chat
}

/** Runs a recipe as it stands there, and gives what it says became of each room. */
async function importedBy(name: string, scope: Record<string, unknown>) {
  const said: unknown[][] = []
  const console = { log: (...words: unknown[]) => said.push(words), error: (error: unknown) => said.push([error]) }
  await execute(block(name), { ...scope, readdir, readFile, Readable, console })
  return said
}

it('the page on importing shows a list of messages that goes into a room, once', async () => {
  const chat = await givenChat()
  const run = () => execute(`${block('import')}\nreturn { room, imported, skipped }`, { chat })
  const first = (await run()) as { room: { id: string } }
  expect(first).toMatchObject({ imported: 2, skipped: 0 })
  expect(await run()).toMatchObject({ imported: 0, skipped: 2 })
  const { items } = await chat.messages.list('alice', first.room.id)
  expect(items.map(({ text, user, as, replyTo }) => [text, user?.id ?? as?.name, replyTo?.text ?? null])).toEqual([
    ['Who comes?', 'alice', null],
    ['Lunch at 12', 'Calendar', 'Who comes?'],
  ])
})

const ts = (second: number): string => `${1551430800 + second}.000100`
const at = (second: number): string => new Date((1551430800 + second) * 1000).toISOString()
const stampOf = (second: number): string => new Date((1551430800 + second) * 1000 + 0.1).toISOString()

const slackExport = (origin: string): Record<string, unknown> => ({
  'users.json': [
    {
      id: 'U1',
      name: 'ann',
      profile: { real_name: 'Ann Lee', email: 'ann@example.com', image_192: 'https://a.example/1.png' },
    },
    { id: 'U2', name: 'ben', deleted: true, profile: { real_name: '', email: 'ben@example.com' } },
    { id: 'U3', name: 'cy', profile: { real_name: 'Cy' } },
  ],
  'channels.json': [
    { id: 'C1', name: 'general', creator: 'U3', members: ['U1', 'U3'], is_general: true, topic: { value: '' } },
    { id: 'C2', name: 'random', creator: 'U1', members: ['U1'] },
  ],
  'general/2019-03-01.json': [
    { type: 'message', subtype: 'channel_join', user: 'U1', text: '<@U1> has joined the channel', ts: ts(0) },
    {
      ...{ type: 'message', user: 'U1', ts: ts(10), thread_ts: ts(10), reply_count: 2 },
      text: 'Ask <@U2> &amp; <@U9|zed> in <#C2|random>: 1 &lt; 2, see <https://example.com/a?b=1|the page>, <https://example.com>',
      edited: { user: 'U1', ts: ts(20) },
      reactions: [
        { name: '+1', users: ['U2', 'U3'], count: 2 },
        { name: 'our-own', users: ['U2'], count: 1 },
      ],
    },
    // Replies are in the file of their day, and not always in their order.
    { type: 'message', user: 'U3', text: 'Also', ts: ts(40), thread_ts: ts(10), subtype: 'thread_broadcast', root: {} },
    { type: 'message', user: 'U2', text: 'I am here', ts: ts(30), thread_ts: ts(10), parent_user_id: 'U1' },
    {
      type: 'message',
      user: 'USLACKBOT',
      subtype: 'tombstone',
      text: 'This message was deleted.',
      ts: ts(50),
      thread_ts: ts(50),
    },
    { type: 'message', user: 'U1', text: 'To what was deleted', ts: ts(60), thread_ts: ts(50) },
  ],
  'general/2019-03-02.json': [
    { type: 'message', subtype: 'bot_message', bot_id: 'B1', username: 'Deploys', text: 'Done', ts: ts(90_000) },
    {
      ...{ type: 'message', user: 'U3', text: '', ts: ts(90_001), upload: true },
      files: [
        { id: 'F1', name: 'plan.txt', mimetype: 'text/plain', url_private_download: `${origin}/plan.txt?t=xoxe-1` },
        { id: 'F2', mode: 'tombstone' },
      ],
    },
    { type: 'message', user: 'U3', text: '', ts: ts(90_002), attachments: [{ fallback: 'a card' }] },
  ],
  'random/2019-03-01.json': [{ type: 'message', user: 'U1', text: 'First', ts: ts(5) }],
})

describe.each(databases)('the recipe for an export of Slack, on $name,', (on) => {
  it('brings channels with their people, threads, mentions, reactions and files, once', async () => {
    const chat = await givenChat(on)
    const elsewhere = await givenElsewhere(slackExport)
    const idInYourApp = async (name: string) => name.split('@')[0]
    const run = () => importedBy('slack', { chat, idInYourApp, ...elsewhere })
    expect(await run()).toEqual([
      ['general', { imported: 8, skipped: 0 }],
      ['random', { imported: 1, skipped: 0 }],
    ])
    expect(await run()).toEqual([
      ['general', { imported: 0, skipped: 8 }],
      ['random', { imported: 0, skipped: 1 }],
    ])
    const room = await chat.system.rooms.find({ key: 'slack:C1' })
    const roomId = room?.id ?? ''
    expect(room).toMatchObject({ name: 'general', isPublic: true, memberCount: 2 })
    expect((await chat.members.get('cy', roomId, 'cy')).role).toBe('owner')
    const { items } = await chat.messages.list('ann', roomId)
    expect(items.map(({ text, user, as, createdAt }) => [text, user?.name ?? as?.name ?? null, createdAt])).toEqual([
      ['@ann has joined the channel', null, stampOf(0)],
      ['Ask @ben & @U9 in random: 1 < 2, see the page, https://example.com', 'Ann Lee', stampOf(10)],
      ['Also', 'Cy', stampOf(40)],
      ['', 'Slack', stampOf(50)],
      ['Done', 'Deploys', stampOf(90_000)],
      ['', 'Cy', stampOf(90_001)],
    ])
    const [, root, , gone, , withFile] = items
    expect(root).toMatchObject({
      ...{ mentions: ['ben'], editedAt: stampOf(20), thread: { count: 2, userIds: ['ben', 'cy'] } },
      reactions: [{ reaction: '👍', count: 2, userIds: ['ben', 'cy'] }],
    })
    expect(gone).toMatchObject({ deletedAt: stampOf(50), thread: { count: 1 } })
    const replies = await chat.threads.list('ann', roomId, root?.id ?? '')
    expect(replies.items.map((reply) => [reply.text, reply.user?.name, reply.alsoInRoom])).toEqual([
      ['I am here', 'ben', false],
      ['Also', 'Cy', true],
    ])
    const [file] = withFile?.media ?? []
    expect(file).toMatchObject({ filename: 'plan.txt' })
    expect(await text(await chat.media.read('ann', file?.id ?? ''))).toBe('the text of /plan.txt?t=xoxe-1')
  })
})

const streamExport = (origin: string): Record<string, unknown> => {
  const [ann, ben, cy] = ['ann', 'ben', 'cy'].map((id) => ({
    id,
    name: id.toUpperCase(),
    image: 'https://a.example/1.png',
  }))
  const said = (id: string, second: number, user: unknown, more: object = {}) => ({
    ...{ id, user, type: 'regular', html: '', attachments: [], latest_reactions: [], mentioned_users: [] },
    ...{ created_at: at(second).replace('Z', '123Z'), updated_at: at(second), ...more },
  })
  return {
    'export.json': [
      {
        channel: { id: 'white-room', type: 'livestream', cid: 'livestream:white-room', name: 'White room' },
        members: [
          { user_id: 'ann', user: ann, channel_role: 'channel_member' },
          { user_id: 'ben', user: ben, channel_role: 'channel_moderator' },
        ],
        messages: [
          said('m1', 0, ann, {
            ...{ text: 'Hello @BEN', mentioned_users: [ben], reply_count: 1, message_text_updated_at: at(9) },
            latest_reactions: [
              { type: 'love', user_id: 'cy', user: cy, message_id: 'm1' },
              { type: 'own', user_id: 'ben', user: ben, message_id: 'm1' },
              { type: 'love', user_id: 'ben', user: ben, message_id: 'm1' },
            ],
          }),
          said('m3', 20, ben, { text: 'Yes', quoted_message_id: 'm1' }),
          said('m2', 10, cy, { text: 'In the thread', parent_id: 'm1', type: 'reply', show_in_channel: false }),
          said('m4', 30, ben, { text: 'Oops', type: 'deleted', deleted_at: at(31) }),
          said('m5', 31, ben, { text: 'Oops', type: 'deleted', deleted_at: at(32), parent_id: 'm1' }),
          said('m6', 40, ann, {
            text: '',
            attachments: [{ type: 'file', asset_url: `${origin}/notes.txt`, title: 'notes.txt' }, { type: 'giphy' }],
          }),
          said('m7', 50, ann, { text: 'ann changed the name', type: 'system' }),
          said('m8', 60, ann, { text: 'To what is gone', quoted_message_id: 'nothing' }),
        ],
      },
    ],
  }
}

describe.each(databases)('the recipe for an export of Stream, on $name,', (on) => {
  it('brings channels with their people, threads, quotes, reactions and files, once', async () => {
    const chat = await givenChat(on)
    const { directory } = await givenElsewhere(streamExport)
    const run = () => importedBy('stream', { chat, file: join(directory, 'export.json') })
    expect(await run()).toEqual([['stream:livestream:white-room', { imported: 7, skipped: 0 }]])
    expect(await run()).toEqual([['stream:livestream:white-room', { imported: 0, skipped: 7 }]])
    const room = await chat.system.rooms.find({ key: 'stream:livestream:white-room' })
    const roomId = room?.id ?? ''
    expect(room).toMatchObject({ name: 'White room', memberCount: 2 })
    const members = await chat.system.members.list(roomId)
    expect(members.items.map(({ user, role }) => [user.id, role])).toEqual([
      ['ann', 'owner'],
      ['ben', 'admin'],
    ])
    const { items } = await chat.messages.list('ann', roomId)
    expect(items.map(({ text, user, createdAt }) => [text, user?.name ?? null, createdAt])).toEqual([
      ['Hello @BEN', 'ANN', at(0)],
      ['Yes', 'BEN', at(20)],
      ['', 'BEN', at(30)],
      ['', 'ANN', at(40)],
      ['ann changed the name', null, at(50)],
      ['To what is gone', 'ANN', at(60)],
    ])
    expect(items[0]).toMatchObject({
      ...{ mentions: ['ben'], editedAt: at(9), thread: { count: 1, userIds: ['cy'] } },
      reactions: [{ reaction: '❤️', count: 2, userIds: ['cy', 'ben'] }],
    })
    expect(items[1]?.replyTo).toMatchObject({ id: items[0]?.id })
    expect(items[2]?.deletedAt).toBe(at(31))
    const [file] = items[3]?.media ?? []
    expect(await text(await chat.media.read('ben', file?.id ?? ''))).toBe('the text of /notes.txt')
    expect(items[5]?.replyTo).toBeNull()
  })
})

it.each(['slack', 'stream'])('the recipe for %s is short', (name) => {
  expect(blockOf('docs/importing.md', `test/docs/importing.test.ts: ${name}`).split('\n').length).toBeLessThan(70)
})
