import type { ChatOptions } from 'express-chat'
import { afterAll, afterEach, beforeAll, onTestFinished, vi } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { people, type SocketOptions, startHost, type TestHost } from '../host.js'
import type { TestSocket } from '../socket.js'

/** For what has nothing to do with which database it is. */
const [anyDatabase] = databases as [TestDatabase]

export type Options = Partial<ChatOptions<PrismaClient>>

/** A database of the test's own, until it ends. */
export async function givenDatabase({ open }: TestDatabase = anyDatabase): Promise<OpenDatabase> {
  const database = await open()
  onTestFinished(() => database.close())
  return database
}

const known = ['alice', 'bob', 'carol', 'dave']

/** A host of the test's own, closed after it. Alice, Bob, Carol and Dave are known. */
export async function givenHost(options: Options = {}, database?: Pick<OpenDatabase, 'prisma'>): Promise<TestHost> {
  const host = await startHost(database ?? (await givenDatabase()), options)
  onTestFinished(() => host.close())
  await people(host, ...known)
  return host
}

/** One host for all tests of a `describe`, each of which makes rooms of its own. Its sockets end with each test. */
export function sharedHost(options: Options = {}, { open }: TestDatabase = anyDatabase): TestHost {
  const shared = {} as TestHost
  const sockets: TestSocket[] = []
  let database: OpenDatabase
  beforeAll(async () => {
    database = await open()
    const host = await startHost(database, options)
    Object.assign(shared, host, {
      async socket(...opening: Parameters<TestHost['socket']>) {
        const socket = await host.socket(...opening)
        sockets.push(socket)
        return socket
      },
    })
    await people(shared, ...known)
  })
  afterEach(async () => {
    await Promise.all(sockets.splice(0).map((socket) => socket.close()))
  })
  afterAll(async () => {
    await shared.close()
    await database.close()
  })
  return shared
}

/** A group; the first is its owner. Gives its id. */
export async function givenGroup(
  { chat }: Pick<TestHost, 'chat'>,
  owner: string,
  ...userIds: string[]
): Promise<string> {
  return (await chat.rooms.create(owner, { type: 'group', name: 'A group', userIds })).id
}

export const hour = 3_600_000

/** Longer than writes may rest, and shorter than anything else waits. */
const momentMs = 50

/**
 * From here on to the end of the test, time passes as ever, and besides by whole hours whenever the function is called that
 * this gives: what is to happen at its moment happens however busy the machine is.
 */
export function givenTime(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], shouldAdvanceTime: true })
  return (ms) => void vi.advanceTimersByTime(ms)
}

/**
 * From here on to the end of the test, time stands still, and passes by what the function is given that this gives. Only what
 * waits for a moment goes on: the server's writes rest for some ms (`WriteBatcher`), and no answer would come without them.
 */
export function givenStillTime(): (ms: number) => void {
  const { setTimeout: goesOn } = globalThis
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { setTimeout: standsStill } = globalThis
  const chosen: typeof setTimeout = Object.assign(
    (run: () => void, ms = 0) => (ms <= momentMs ? goesOn : standsStill)(run, ms),
    standsStill,
  )
  globalThis.setTimeout = chosen
  return (ms) => void vi.advanceTimersByTime(ms)
}

/** A socket that has been told everything there was to tell. */
export async function ready(host: TestHost, userId: string, options?: SocketOptions): Promise<TestSocket> {
  const socket = await host.socket(userId, options)
  await socket.ready()
  return socket
}

/** Says so many messages at once: `1`, `2`, `3` … */
export async function say({ chat }: TestHost, userId: string, roomId: string, count: number, text = ''): Promise<void> {
  const texts = Array.from({ length: count }, (_, n) => text || String(n + 1))
  await Promise.all(texts.map((each) => chat.messages.send(userId, roomId, { text: each })))
}

export const revisionOf = async ({ chat }: TestHost, roomId: string): Promise<number> =>
  (await chat.system.rooms.get(roomId)).revision

/** Nothing of the library's complaints in the output of tests that provoke them; what it said is kept. */
export function quietLogger() {
  const said: unknown[][] = []
  const log = (...words: unknown[]) => void said.push(words)
  return { said, warn: log, error: log }
}
