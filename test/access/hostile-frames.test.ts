import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandName, commands } from '../../src/contract/frames.js'
import { newId } from '../../src/store/ids.js'
import { databases } from '../databases.js'
import { type Frame, Refused, type TestSocket } from '../socket.js'
import { idsOf } from './ask.js'
import type { Target } from './askers.js'
import { type Heard, Inquiry, statusesFor } from './hostile.js'
import { type Field, fieldsOf, isReference, withField } from './hostile-fields.js'
import { oddFor, oddTexts, oddToDatabases, wrong, wrongBodies } from './hostile-values.js'
import { commandRows } from './table.js'
import { World } from './world.js'

const names = Object.keys(commands) as CommandName[]

/** One who goes on sending what is no command is sent away after 50. */
const patience = 45

/** A socket of the owner's that is a new one before it is sent away. */
class Talk {
  #socket: TestSocket | undefined
  #said = 0

  constructor(readonly world: World) {}

  /** Says a frame and gives its answer, the next `ok` or `error`. */
  async say(text: string): Promise<Heard> {
    const socket = await this.#open()
    const from = socket.frames.length
    socket.send(text)
    const isAnswer = ({ type }: Frame) => type === 'ok' || type === 'error'
    await socket.until(() => socket.frames.slice(from).some(isAnswer), `an answer to ${text.slice(0, 100)}`)
    const answer: Frame = socket.frames.slice(from).find(isAnswer)
    const { problem } = answer
    return { status: problem?.status ?? 200, body: problem, text: JSON.stringify(answer) }
  }

  async #open(): Promise<TestSocket> {
    this.#said += 1
    if (this.#socket && this.#said % patience > 0) return this.#socket
    const before = this.#socket
    this.#socket = await this.world.host.socket('owner')
    await this.#socket.ready()
    // Not earlier: that somebody's last socket went is written down.
    await before?.close()
    return this.#socket
  }
}

/** A command that would be granted to the owner of the group, with one field given as JSON text. */
function frameOf(world: World, name: CommandName, field: string, text: string): string {
  const row = commandRows.find((row) => row.on === name && row.needs !== 'canEditMessages')
  if (!row) throw new Error(`the table has no row for ${name}`)
  const target = world.target('group', 'owner', 'own')
  const ids = Object.fromEntries(idsOf(row).map((id: keyof Target) => [id, target[id]]))
  return withField({ type: name, id: 'c1', ...ids, ...row.body }, field, text)
}

// What is refused for its form never comes as far as a database: one stands for all.
describe.each(databases.slice(0, 1))('a frame of the wrong form', (database) => {
  let world: World
  let talk: Talk
  beforeAll(async () => {
    world = await World.on(database)
    talk = new Talk(world)
  })
  afterAll(() => world?.close())

  it.each(names)('is refused in each field of %s, and the answer says where', async (command) => {
    const inquiry = new Inquiry(world)
    for (const field of fieldsOf(commands[command])) {
      // What never stood is not found, however long it is.
      const isSought = command === 'reaction.remove' && field.name === 'reaction'
      const isTaken = (text: string) => (isSought && text.length > 1000) || (field.nullable && text === 'null')
      for (const text of wrong[field.type].filter((text) => !isTaken(text))) {
        const answer = await talk.say(frameOf(world, command, field.name, text))
        inquiry.refused(`${field.name}: ${text}`, answer, statusesFor(field), `/${field.name}`)
      }
    }
    const smuggled = await talk.say(frameOf(world, command, '__proto__', '{"isAdmin":true}'))
    inquiry.refused('__proto__', smuggled, [400], '/__proto__')
    inquiry.refused('isAdmin', await talk.say(frameOf(world, command, 'isAdmin', 'true')), [400], '/isAdmin')
    expect(await inquiry.ended()).toEqual([])
  })

  it('is refused where it is no frame at all', async () => {
    const inquiry = new Inquiry(world)
    for (const text of ['', ...wrongBodies]) inquiry.refused(text, await talk.say(text), [400])
    for (const text of ['null', '0', '[]', '{}', '""', '"\\u0000"', '"\\ud800"', `"${'x'.repeat(101)}"`]) {
      inquiry.refused(`id ${text}`, await talk.say(frameOf(world, 'read', 'id', text)), [400], '/id')
    }
    for (const text of ['null', '0', '[]', '{}', '["read"]', '{"not":null}']) {
      inquiry.refused(`type ${text}`, await talk.say(frameOf(world, 'read', 'type', text)), [400], '/type')
    }
    for (const text of ['', 'hello', '__proto__', 'constructor', 'toString', 'Read', 'message.send ', 'message']) {
      inquiry.refused(`type ${text}`, await talk.say(frameOf(world, 'read', 'type', JSON.stringify(text))), [400])
    }
    expect(await inquiry.ended()).toEqual([])
  })

  it('is answered under its id where it has one, and without where it has none that is one', async () => {
    const socket = await world.host.socket('owner')
    await socket.ready()
    socket.send('{"type":"nonsense","id":"mine"}')
    expect(await socket.next('error')).toMatchObject({ id: 'mine', problem: { code: 'invalid_request' } })
    socket.send('{"type":"read","id":{"not":null}}')
    expect(await socket.next('error')).not.toHaveProperty('id')
    await socket.close()
  })

  const firstFrames = [
    ...['', '{"type":"Hello"}', '{"type":"read","id":"c1","roomId":"a","seq":1}', '{"type":"hello","isAdmin":true}'],
    ...[
      '[]',
      '["a"]',
      'null',
      '"a"',
      '{"a":-1}',
      '{"a":"1"}',
      '{"a":1.5}',
      '{"a":9007199254740993}',
      '{"a":null}',
      '{"a":{}}',
    ].map((rooms) => `{"type":"hello","rooms":${rooms}}`),
    ...[
      '{"":1}',
      '{"\\u0000":1}',
      '{"\\ud800":1}',
      '{"__proto__":1}',
      '{"__proto__":{}}',
      `{"${'x'.repeat(192)}":1}`,
    ].map((rooms) => `{"type":"hello","rooms":${rooms}}`),
    ...wrongBodies,
  ]
  it.each(firstFrames.map((text) => [text.slice(0, 60), text]))(
    'closes the socket where it is the first: %j',
    async (_, text) => {
      const socket = await world.host.socket('owner', { hello: null })
      socket.send(text)
      expect(await socket.ended()).toMatchObject({ code: 4400 })
      expect(socket.frames).toEqual([])
      expect(world.logged).toEqual([])
    },
  )
})

describe.each(databases)('a frame of the right form that makes no sense, on $name', (database) => {
  // What is odd to us alone is so on any of them.
  const odd = database === databases[0] ? oddTexts : oddToDatabases
  let world: World
  let talk: Talk
  beforeAll(async () => {
    world = await World.on(database)
    talk = new Talk(world)
  })
  afterAll(() => world?.close())

  /** The ids of a message or of a room, and the things that are named in one. */
  const naming = (command: CommandName): Field[] =>
    fieldsOf(commands[command]).filter((field) => isReference(field) && command !== 'presence.watch')

  it.each(names.filter((name) => naming(name).length > 0))('names nothing in the ids of %s', async (command) => {
    const inquiry = new Inquiry(world)
    const here = world.target('group', 'owner', 'own')
    const elsewhere = world.elsewhere('own')
    for (const { name, type } of naming(command)) {
      const kinds = [elsewhere.roomId, elsewhere.messageId, here.roomId, here.messageId, here.reactionId, newId()]
      for (const id of [...kinds, ...odd]) {
        const isMessage = name === 'replyToId' || name === 'threadId'
        if (id === here[name as keyof Target] || (isMessage && id === here.messageId)) continue
        const text = JSON.stringify(type === 'texts' ? [id] : id)
        inquiry.refused(`${name}: ${text}`, await talk.say(frameOf(world, command, name, text)), [400, 404])
      }
    }
    expect(await inquiry.ended()).toEqual([])
  })

  it.each(names)('is no accident in the fields of %s', async (command) => {
    const inquiry = new Inquiry(world)
    for (const field of fieldsOf(commands[command]).filter(
      (field) => !naming(command).some(({ name }) => name === field.name),
    )) {
      for (const text of oddFor(field.type, odd)) {
        inquiry.survived(`${field.name}: ${text}`, await talk.say(frameOf(world, command, field.name, text)))
      }
    }
    expect(await inquiry.ended()).toEqual([])
  })

  it('is no accident in the first frame, and tells nothing of rooms', async () => {
    const strange = [...oddTexts.filter((id) => id.trim() !== '' && id.length < 192 && id !== '__proto__'), newId()]
    const others = [world.elsewhere('own').roomId, world.room('private', 'with')]
    const rooms = Object.fromEntries([...strange, ...others].map((id) => [id, 9_007_199_254_740_991]))
    const socket = await world.host.socket('stranger', { hello: { rooms } })
    await socket.ready()
    const told = socket.frames.filter(({ type }) => type === 'room.left')
    expect(told).toHaveLength(strange.length + others.length)
    expect(new Set(told.map(({ reason }) => reason))).toEqual(new Set(['removed']))
    expect(world.logged).toEqual([])
    await socket.close()
  })

  const tickets = [
    '',
    '.',
    '..',
    'a.b',
    'a.b.c',
    '__proto__',
    'bnVsbA.AAAAAAAAAAAAAAAAAAAAAA',
    '%00',
    '%ZZ',
    'x'.repeat(5000),
  ]
  it.each(tickets)('is no ticket: %s', async (ticket) => {
    const opening = world.host.socket(null, { query: `?ticket=${ticket}` })
    const refused = await opening.catch((error) => error)
    expect(refused).toBeInstanceOf(Refused)
    expect(refused).toMatchObject({ status: 401 })
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'unauthenticated' })
    expect(world.logged).toEqual([])
  })
})
