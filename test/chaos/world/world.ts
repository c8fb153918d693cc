import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '@libsql/client'
import type { TcpProxy } from '../../breakable/proxy.js'
import type { Server } from '../../breakable/server.js'
import { randomFrom } from '../../random.js'
import type { Final, History } from '../history.js'
import { type Api, apiOf } from './api.js'
import type { Ground, OpenGround } from './database.js'
import { Device } from './device.js'
import { readFinal, standingsOf } from './final.js'
import { Load } from './load.js'
import { Nodes } from './nodes.js'

/** A bus between the nodes, with a proxy before it. */
export interface Bus {
  server: Server
  proxy: TcpProxy
  close(): Promise<void>
}

export interface WorldOptions {
  ground: Ground
  bus: Bus | undefined
  /** What the nodes run. */
  program: string
  nodes: number
  seed: number
  /** Whether the nodes have a durable subscription. */
  subscribes?: boolean
  /** How long what was begun may take once everything is well again. */
  graceMs: number
  /** What spoils the database, for mistakes that it would make good. */
  sql?: string[]
}

const ownerId = 'olivia'
const memberIds = ['alice', 'bob', 'carol', 'dave', 'erin']
const visitorIds = ['victor', 'wendy']
/** Somebody who sleeps, and somebody who shouts at them, in a room of their own. */
const [sleeperId, shouterId] = ['sam', 'shirley']
const userIds = [ownerId, ...memberIds, ...visitorIds, sleeperId, shouterId]
const rooms = 4
/** Of each person. */
const deedsAtOnce = 3
/** More than a kernel takes for a reader who does not read, by far: 24 kB each. */
const shouts = 450
const shoutsAtOnce = 8
/** Longer than it takes until a server looks again for what moved. */
const lateMs = 2_900

/** Nodes on a database, and people who use them: everything that faults befall, and that writes the history. */
export class World {
  readonly history: History
  readonly random: () => number
  readonly api: Api
  readonly devices: Device[] = []
  readonly load: Load
  readonly roomIds: string[] = []
  #loudRoomId = ''

  private constructor(
    readonly ground: Ground,
    readonly bus: Bus | undefined,
    readonly database: OpenGround,
    readonly nodes: Nodes,
    { seed, graceMs }: WorldOptions,
    history: History,
  ) {
    this.history = history
    this.random = randomFrom(seed)
    this.api = apiOf(nodes, this.random, (what) => history.operations.push({ type: 'failed', what }))
    const { api, random, devices } = this
    this.load = new Load({ api, random, devices, operations: history.operations, graceMs })
  }

  static async begin(options: WorldOptions): Promise<World> {
    const { ground, bus, program, nodes: count, sql = [], subscribes = false } = options
    const database = await ground.create(sql)
    const history: History = {
      operations: [],
      devices: [],
      crashes: [],
      queuedBytes: 0,
      subscription: subscribes ? [] : undefined,
    }
    const nodes = await Nodes.start({
      program,
      count,
      env: {
        DATABASE: ground.name,
        DATABASE_URL: database.forNodes,
        BUS_URL: bus ? `redis://127.0.0.1:${bus.proxy.port}` : '',
        SUBSCRIBES: subscribes ? 'yes' : '',
      },
      crashed: (lastWords) => history.crashes.push(lastWords),
      queued: (bytes) => {
        history.queuedBytes = Math.max(history.queuedBytes, bytes)
      },
      told: (told) => history.subscription?.push(told),
    })
    const world = new World(ground, bus, database, nodes, options, history)
    await world.#settleIn()
    return world
  }

  async #settleIn(): Promise<void> {
    const must = async (userId: string, method: string, path: string, body?: unknown) => {
      const answer = await this.api(userId, method, path, body)
      if (!answer || answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
      return answer.body
    }
    for (const userId of userIds) await must(userId, 'GET', '/users/me')
    for (let n = 0; n < rooms; n += 1) {
      const members = { type: 'group', name: `Room ${n}`, userIds: [...memberIds, ...visitorIds, shouterId] }
      this.roomIds.push((await must(ownerId, 'POST', '/rooms', members)).id)
    }
    const loud = { type: 'group', name: 'Loud', userIds: [sleeperId] }
    this.#loudRoomId = (await must(shouterId, 'POST', '/rooms', loud)).id
    for (const userId of userIds) if (userId !== shouterId) this.#addDevice(userId, 1)
    for (const userId of visitorIds) this.#addDevice(userId, 2)
    // What befalls somebody who is not there yet proves nothing.
    while (!this.devices.every(({ isReady }) => isReady)) await pause(20)
  }

  #addDevice(userId: string, n: number): void {
    const device = new Device(userId, `${userId} ${n}`, this.nodes, this.random, this.api)
    this.devices.push(device)
    this.history.devices.push(device.log)
    device.start()
  }

  /** Everybody does what they do until `load.stop`. Resolves once all of it is done. */
  async live(restMs: number, visitsMs: number): Promise<void> {
    const { load, roomIds } = this
    await Promise.all([
      ...[...memberIds, ...visitorIds].flatMap((userId) =>
        Array.from({ length: deedsAtOnce }, () => load.act(userId, roomIds, restMs)),
      ),
      load.manage(ownerId, visitorIds, roomIds, visitsMs),
    ])
  }

  /** Somebody stops reading while more is said to them than anybody can hold for them. */
  async shoutAtSleeper(): Promise<void> {
    const sleeper = this.devices.find(({ userId }) => userId === sleeperId)
    while (!sleeper?.isReady && !this.load.stopped) await pause(20)
    sleeper?.pauseReading()
    let left = shouts
    const lane = async () => {
      for (; left > 0 && !this.load.stopped; left -= 1) await this.load.say(shouterId, this.#loudRoomId, true)
    }
    await Promise.all(Array.from({ length: shoutsAtOnce }, lane))
    sleeper?.resumeReading()
  }

  /** What stalls SQLite: somebody else who writes and takes long. */
  async lockDatabase(ms: number): Promise<void> {
    const client = createClient({ url: this.database.url })
    try {
      await client.execute('BEGIN IMMEDIATE')
      await pause(ms)
      await client.execute('ROLLBACK')
    } catch {
      // A node wrote just then.
    } finally {
      client.close()
    }
  }

  /**
   * The last word in a room is written long before it is committed: whoever looks for what moved has looked past it then.
   * Who says it has no device, to which the change of their own marker would be told.
   */
  lastWord(): Promise<void> {
    return this.load.sayLate(shouterId, this.roomIds[0] as string, lateMs)
  }

  /** The subscription was told all there is, as far as it is noted. */
  async #isSubscriptionAtRest(): Promise<boolean> {
    if (!this.history.subscription) return true
    const { prisma } = this.database
    const positions = await prisma.chatSubscriptionPosition.findMany()
    const rooms = await prisma.chatRoom.findMany({ select: { id: true, revision: true } })
    return rooms.every(({ id, revision }) => positions.some((each) => each.roomId === id && each.revision === revision))
  }

  /** Waits until every device stands where its rooms stand, or that can no longer be expected; then reads what is to be read. */
  async rest(patienceMs: number): Promise<Final> {
    const until = performance.now() + patienceMs
    for (;;) {
      const standings = await standingsOf(this.database.prisma)
      const isAtRest = this.devices.every((device) => device.isAt(standings.get(device.userId) ?? new Map()))
      if ((isAtRest && (await this.#isSubscriptionAtRest())) || performance.now() > until) break
      await pause(50)
    }
    const readers = userIds.filter((userId) => userId !== shouterId)
    const final = await readFinal(this.database.prisma, this.api, readers)
    await Promise.all(this.devices.map((device) => device.stop()))
    return final
  }

  async close(): Promise<void> {
    this.load.stop()
    await Promise.all(this.devices.map((device) => device.stop()))
    await this.nodes.close()
    await this.database.prisma.$disconnect()
  }
}
