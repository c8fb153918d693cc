import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { emoji } from 'express-chat'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { closeCodes } from '../../src/contract/frames.js'
import { asyncApi } from '../../src/http/asyncapi.js'
import type { JsonSchema } from '../../src/http/json-schema.js'
import { type OpenApi, type Operation, openApi } from '../../src/http/openapi.js'
import { routes } from '../../src/http/routes.js'
import type { TestHost } from '../host.js'
import { givenStorage } from '../media/given-storage.js'
import { picture } from '../media/pictures.js'
import { randomFrom } from '../random.js'
import { sharedHost } from '../realtime/given.js'
import type { Frame, TestSocket } from '../socket.js'
import { Values } from './fuzz-values.js'

/** So many at each run, each with a seed of its own: `FUZZ_REQUESTS=50000 npx vitest run test/http/fuzz` for a long search. */
const requests = Number(process.env.FUZZ_REQUESTS ?? 1_500)
const frames = Math.ceil(requests / 50) * 20
const people = ['alice', 'bob', 'carol']
const reactions = ['👍', '❤️', '🎉']
/** What chance hardly ever finds, since it takes somebody's request or ban in one room, a link's code, or a time ahead: answers.test.ts asks these. */
const rare = [
  ...['acceptRequest', 'refuseRequest', 'removeBan', 'endBanFromRoom'],
  ...['getInvite', 'joinByInvite', 'removeInvite', 'editScheduled', 'cancelScheduled'],
]

interface Document {
  components: { schemas: Record<string, JsonSchema> }
}

/** Checks values against a schema of a document, by its place there. */
function checkerOf(ajv: Ajv | Ajv2020, document: object): (place: string, value: unknown) => string {
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'document:', ...document })
  return (place, value) => {
    const validate = ajv.getSchema(`document:#${place}`)
    if (!validate) return `there is no schema at ${place}`
    return validate(value) ? '' : `${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)?.slice(0, 500)}`
  }
}

const loose = { strict: false, allErrors: true, validateSchema: false } as const
const inPointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')

describe('what the documents say is what happens', { timeout: 300_000 }, () => {
  const given = givenStorage()
  let contacts = 0
  const host = sharedHost({
    storage: given.storage,
    reactions: emoji(),
    isModerator: () => true,
    contact: () => {
      contacts += 1
      return contacts % 3 === 0 ? 'ask' : true
    },
  })
  afterAll(() => given.remove())

  it(`in ${requests} requests or more that are made from openapi.json: no status, header or body that it does not name, and no 5xx`, async () => {
    const seed = Date.now() % 1_000_000
    const fuzz = await Requests.of(host, seed)
    for (let n = 0; n < requests || (n < 4 * requests && fuzz.neverDone().length > 0); n += 10) {
      // Rooms end and people leave, so now and then there is something new to ask about.
      if (n % 100 === 0) await fuzz.tend()
      await Promise.all(Array.from({ length: 10 }, () => fuzz.ask()))
    }
    expect(fuzz.wrong.slice(0, 10), `seed ${seed}`).toEqual([])
    // Otherwise it would only have tried how things are refused.
    expect(fuzz.neverDone(), `seed ${seed}`).toEqual([])
  })

  it(`in ${frames} frames or more that are made from asyncapi.json: each answered once, and nothing said that it does not name`, async () => {
    const seed = Date.now() % 1_000_000
    const fuzz = new Frames(host, seed)
    onTestFinished(() => fuzz.close())
    for (let n = 0; n < frames || (n < 4 * frames && fuzz.neverDone().length > 0); n += 20) {
      if (n % 100 === 0) await fuzz.tend()
      await fuzz.say(20)
    }
    expect(fuzz.wrong.slice(0, 10), `seed ${seed}`).toEqual([])
    expect(fuzz.neverDone(), `seed ${seed}`).toEqual([])
  })
})

/** A room in which everybody has said something, to which everybody has reacted. */
async function tend({ chat }: TestHost, values: Values): Promise<void> {
  const [owner = '', ...userIds] = [...people].sort(() => values.random() - 0.5)
  // By the host itself, since they may block each other by now.
  const room = await chat.system.rooms.create({ type: 'group', name: 'Fuzzed', userIds: [owner, ...userIds] })
  values.learn(room)
  for (const author of people) {
    const message = await chat.messages.send(author, room.id, { text: 'Something to ask about' })
    values.learn(message)
    for (const by of people) {
      for (const reaction of reactions) values.learn(await chat.reactions.add(by, room.id, message.id, reaction))
    }
  }
}

class Requests {
  readonly wrong: string[] = []
  readonly #done = new Set<string>()
  readonly #document: OpenApi = openApi(routes, '/chat')
  readonly #check = checkerOf(new Ajv2020(loose), this.#document)
  readonly #operations: [path: string, method: string, operation: Operation][]
  readonly #values: Values
  #png: Uint8Array = new Uint8Array()

  private constructor(
    readonly host: TestHost,
    seed: number,
  ) {
    this.#values = new Values(randomFrom(seed), this.#document.components.schemas, 4)
    for (const id of people) this.#values.know('user', id)
    for (const reaction of reactions) this.#values.know('emoji', reaction)
    this.#operations = Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, string, Operation] => [path, method, operation]),
    )
  }

  static async of(host: TestHost, seed: number): Promise<Requests> {
    const fuzz = new Requests(host, seed)
    fuzz.#png = new Uint8Array(await picture(8, 8))
    return fuzz
  }

  tend = (): Promise<void> => tend(this.host, this.#values)

  neverDone(): string[] {
    return this.#operations
      .map(([, , { operationId }]) => operationId)
      .filter((id) => !this.#done.has(id) && !rare.includes(id))
  }

  async ask(): Promise<void> {
    const values = this.#values
    const neverDone = this.neverDone()
    const isUndone = ([, , { operationId }]: [string, string, Operation]) => neverDone.includes(operationId)
    const [path, method, operation] = values.pickUndone(this.#operations, isUndone)
    // Most of what is asked needs something that is still there.
    if (/^(deleteRoom|removeMember|updateMember|deleteMessage)$/.test(operation.operationId) && values.chance(75))
      return
    const whose = values.begin()
    const { url, headers } = this.#addressed(path, operation)
    const sent = this.#bodyOf(operation)
    const response = await fetch(`${this.host.origin}/chat${url}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      ...sent,
      headers: { 'x-user': whose && values.chance(70) ? whose : values.pick(people), ...headers, ...sent?.headers },
    })
    await this.#answered({ path, method, operation, what: `${method} ${url}` }, response)
  }

  #addressed(path: string, operation: Operation): { url: string; headers: Record<string, string> } {
    const values = this.#values
    const headers: Record<string, string> = {}
    const query: string[] = []
    let url = path
    for (const { name, in: place, required, schema } of operation.parameters) {
      if (place !== 'path' && !required && !values.chance(30)) continue
      const value = values.of(schema, name)
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      const encoded = encodeURIComponent(text.toWellFormed())
      if (place === 'path') url = url.replace(`{${name}}`, encoded || '%20')
      else if (place === 'query') query.push(`${name}=${encoded}`)
      // What no client can send is not asked.
      else if (/^[!-~]+$/.test(text)) headers[name] = text
    }
    return { url: query.length > 0 ? `${url}?${query.join('&')}` : url, headers }
  }

  #bodyOf({ requestBody }: Operation): { body: string | FormData; headers?: Record<string, string> } | undefined {
    if (!requestBody) return
    const { 'multipart/form-data': form, 'application/json': json } = requestBody.content
    if (form) return { body: this.#form() }
    const body = JSON.stringify(this.#values.of(json?.schema ?? {}))
    return { body, headers: { 'content-type': this.#values.chance(2) ? 'text/plain' : 'application/json' } }
  }

  #form(): FormData {
    const values = this.#values
    const form = new FormData()
    const bytes = values.pick([this.#png, 'just a text', '', '<svg/>', new Uint8Array([0, 1, 2, 3])])
    form.append(
      values.chance(95) ? 'file' : 'other',
      new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)]),
      values.pick(['a.png', 'b', '图.txt']),
    )
    return form
  }

  async #answered(
    asked: { path: string; method: string; operation: Operation; what: string },
    response: Response,
  ): Promise<void> {
    const { path, method, operation, what } = asked
    const { status } = response
    const text = await response.text()
    const say = (wrong: string) => this.wrong.push(`${what}: ${status}, ${wrong}`)
    if (status >= 500) return void say(text)
    const named = operation.responses[status]
    if (!named) return void say('which is not documented')
    if (status < 400) this.#done.add(operation.operationId)
    const place = '$ref' in named ? named.$ref.slice(1) : `/paths/${inPointer(path)}/${method}/responses/${status}`
    const answer = '$ref' in named ? this.#document.components.responses[status] : named
    const { content = {} } = answer as { content?: Record<string, object> }
    const type = response.headers.get('content-type')?.split(';')[0]
    if (Object.keys(content).length === 0) {
      if (text !== '') say(`with a body that is not documented: ${text.slice(0, 200)}`)
    } else if (content['*/*'] === undefined) {
      if (!type || !content[type]) return void say(`with a body of ${type}, which is not documented`)
      const body = JSON.parse(text)
      const wrong = this.#check(`${place}/content/${inPointer(type)}/schema`, body)
      if (wrong) say(wrong)
      this.#values.learn(body)
    }
  }
}

class Frames {
  readonly wrong: string[] = []
  readonly #done = new Set<string>()
  readonly #document = asyncApi('/chat') as Document
  readonly #check = checkerOf(new Ajv(loose), this.#document)
  readonly #names: string[]
  readonly #values: Values
  #sockets: TestSocket[] = []
  /** Of each socket, how many of its frames were looked at. */
  readonly #seen = new Map<TestSocket, number>()
  #id = 0

  constructor(
    readonly host: TestHost,
    seed: number,
  ) {
    const { schemas } = this.#document.components
    this.#names = Object.keys(schemas).filter((name) => name.startsWith('client.') && name !== 'client.hello')
    this.#values = new Values(randomFrom(seed), schemas, 2)
    for (const id of people) this.#values.know('user', id)
    for (const reaction of reactions) this.#values.know('emoji', reaction)
  }

  tend = (): Promise<void> => tend(this.host, this.#values)

  neverDone(): string[] {
    return this.#names.map((name) => name.slice('client.'.length)).filter((name) => !this.#done.has(name))
  }

  /** Says some at once, over one socket each, and looks at all that came. */
  async say(count: number): Promise<void> {
    await this.#connect()
    const asked = Array.from({ length: count }, () => this.#frame())
    const by = asked.map((frame): [TestSocket, Frame] => [this.#values.pick(this.#sockets), frame])
    for (const [socket, frame] of by) socket.send(frame)
    for (const [socket, frame] of by) await this.#answered(socket, frame)
    for (const socket of this.#sockets) this.#look(socket)
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  /** What is wrong too often ends a socket; another one is opened then. */
  async #connect(): Promise<void> {
    this.#sockets = this.#sockets.filter(({ closed }) => closed === undefined)
    while (this.#sockets.length < people.length) {
      const socket = await this.host.socket(people[this.#sockets.length] ?? '')
      await socket.ready()
      this.#sockets.push(socket)
    }
  }

  #frame(): Frame {
    const isUndone = (name: string) => !this.#done.has(name.slice('client.'.length))
    const name = this.#values.pickUndone(this.#names, isUndone)
    this.#values.begin()
    const made = this.#values.of(this.#document.components.schemas[name] ?? {})
    const fields = typeof made === 'object' && made !== null ? made : {}
    this.#id += 1
    return { ...fields, type: name.slice('client.'.length), id: `f${this.#id}` }
  }

  async #answered(socket: TestSocket, { id, type }: Frame): Promise<void> {
    const answers = () => socket.frames.filter((frame) => frame.id === id)
    await socket.until(() => answers().length > 0 || socket.closed !== undefined, `the answer to ${type}`)
    if (socket.closed && answers().length === 0) return
    if (answers().length !== 1) this.wrong.push(`${type}: answered ${answers().length} times`)
    const [{ result, ...answer }] = answers()
    if (answer.type === 'ok') this.#done.add(type)
    if (answer.problem?.status >= 500) this.wrong.push(`${type}: ${JSON.stringify(answer.problem)}`)
    this.#values.learn(result)
  }

  #look(socket: TestSocket): void {
    const { frames } = socket
    for (const frame of frames.slice(this.#seen.get(socket) ?? 0)) {
      const wrong = this.#check(`/components/schemas/server.${frame.type}`, frame)
      if (wrong) this.wrong.push(`${frame.type}: ${wrong}`)
    }
    this.#seen.set(socket, frames.length)
    if (socket.closed && ![closeCodes.notTheProtocol, closeCodes.tooMuch].includes(socket.closed.code as 4400))
      this.wrong.push(`closed with ${socket.closed.code}`)
  }
}
