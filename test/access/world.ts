import { z } from 'zod'
import { type Permission, permissionNames } from '../../src/contract/permissions.js'
import type { TestDatabase } from '../databases.js'
import { startHost, type TestHost } from '../host.js'
import type { TestSocket } from '../socket.js'
import type { Place, Somebody, Target } from './askers.js'
import { bringIn, crowdOptions, savePeople } from './crowd.js'
import { pixelStorage } from './pixel.js'
import { dump, fill, putBack, type Rows } from './rows.js'
import { makeScene, type Scene, type Things } from './scene.js'
import type { Row } from './table/row.js'

const card = z.strictObject({ type: z.literal('card') })

type Whose = NonNullable<Row['whose']> | 'others'

const isNamed = (whose: Whose): boolean =>
  whose === 'banned' || whose === 'removed' || whose === 'owner' || whose === 'unknown'

/** Whoever has `canEditMessages` may edit what they said themselves, too. */
const covering: Partial<Record<Permission, Permission>> = {
  canEditOwnMessages: 'canEditMessages',
  canDeleteOwnMessages: 'canDeleteMessages',
}

/** The scene, and all who stand to its rooms in other ways than the seven of the table. */
async function makeCrowdedScene(host: TestHost): Promise<Scene> {
  await savePeople(host)
  return makeScene(host, bringIn)
}

/**
 * A group, a channel, a public channel, some private rooms and the room of somebody else, each with messages and
 * reactions of all who are or were in it. Put back as it was after everything that changed it.
 */
export class World {
  /** Each kind made once, through the API, on whichever database comes first; copied to the others, for speed. */
  static readonly #made = new Map<(host: TestHost) => Promise<Scene>, Promise<Scene>>()

  readonly #sockets = new Map<Somebody, Promise<TestSocket>>()
  #pristine: Rows = new Map()
  #granted: Permission | 'all' | undefined

  private constructor(
    readonly host: TestHost,
    /** What the library complained of to its host. */
    readonly logged: unknown[],
    readonly scene: Scene,
    readonly close: () => Promise<void>,
  ) {}

  /** With all who stand to the rooms in other ways than the seven of the table. */
  static async withCrowd(database: TestDatabase): Promise<World> {
    let isSignedOut = false
    const world = await World.on(
      database,
      crowdOptions(() => isSignedOut),
      makeCrowdedScene,
    )
    const { host } = world
    // A ticket from before, which is not to open anything.
    const { ticket } = (await host.as('signedOut').post('/ws-ticket')).body
    await host.chat.disconnect('signedOut')
    isSignedOut = true
    const refused = host.socket(null, { query: `?ticket=${ticket}` })
    await refused.catch(() => undefined)
    world.#sockets.set('signedOut', refused)
    await world.hold({})
    return world
  }

  static async on(
    database: TestDatabase,
    options: Parameters<typeof startHost>[1] = {},
    make: (host: TestHost) => Promise<Scene> = makeScene,
  ): Promise<World> {
    const opened = await database.open()
    const logged: unknown[] = []
    const log = (...said: unknown[]) => logged.push(said)
    const host = await startHost(opened, {
      storage: pixelStorage,
      logger: { warn: log, error: log },
      isModerator: ({ id }) => id === 'owner',
      // What clients may say of a card: that it is one.
      data: { message: card, room: card },
      ...options,
    })
    const close = async () => {
      await host.close()
      await opened.close()
    }
    try {
      const known = World.#made.get(make)
      const made = known ?? make(host)
      World.#made.set(make, made)
      const scene = await made
      if (known) await fill(opened.prisma, scene.rows)
      const world = new World(host, logged, scene, close)
      await world.grant(undefined)
      return world
    } catch (error) {
      // Nobody else could: what it has open would keep the process from ending, and this from being told.
      await close()
      throw error
    }
  }

  /**
   * From here on, `with` holds this permission and no other, `without` all others and not this one. With none given
   * it is all, and none.
   */
  async grant(permission: Permission | undefined): Promise<void> {
    if (this.#granted === (permission ?? 'all')) return
    const covers = permission && covering[permission]
    const withheld = [permission, covers].filter((name) => name !== undefined)
    await this.hold({
      with: permission ? [permission] : permissionNames,
      without: permission ? permissionNames.filter((name) => !withheld.includes(name)) : [],
    })
    this.#granted = permission ?? 'all'
  }

  /** Exactly these permissions, in every room: written past the rules, which have no such thing in private rooms. */
  async hold(permissions: { [who in Somebody]?: readonly Permission[] }): Promise<void> {
    const { prisma } = this.host
    for (const [userId, held] of Object.entries(permissions)) {
      const data = Object.fromEntries(permissionNames.map((name) => [name, held.includes(name)]))
      await prisma.chatRoomUser.updateMany({ where: { userId }, data })
    }
    this.#pristine = await dump(prisma)
    this.#granted = undefined
  }

  room(place: Place, asker: Somebody): string {
    if (place !== 'private') return this.#room(place)
    return this.scene.rooms.get(`private ${asker}`) ?? this.#room('private owner')
  }

  #room(key: string): string {
    const id = this.scene.rooms.get(key)
    if (!id) throw new Error(`there is no room ${key}`)
    return id
  }

  /** Something of the asker's own, or of another member's; who never was in the room has nothing of their own there. */
  target(place: Place, asker: Somebody, whose: Whose): Target {
    const roomId = whose === 'asked' ? this.#room('asking') : this.room(place, asker)
    const victim = asker !== 'bystander' ? 'bystander' : place === 'private' ? 'owner' : 'with'
    const own = this.scene.things.get(`${roomId} ${asker}`)
    const others = this.scene.things.get(`${roomId} ${victim}`) as Things
    if (whose === 'own') return { roomId, ...(own ?? others), userId: 'me' }
    return { roomId, ...others, userId: isNamed(whose) ? whose : victim }
  }

  /** What `other` owns, and what somebody else says there. */
  elsewhere(whose: Whose): Target {
    const roomId = this.#room('elsewhere')
    const userId = whose === 'own' ? 'other' : 'newcomer'
    return { roomId, ...(this.scene.things.get(`${roomId} ${userId}`) as Things), userId }
  }

  socket(asker: Somebody): Promise<TestSocket> {
    const standing = this.#sockets.get(asker)
    if (standing) return standing
    const opening = this.host.socket(asker === 'nobody' ? null : asker).then(async (socket) => {
      await socket.ready()
      return socket
    })
    // Nobody gets one: that is an answer, not an accident.
    opening.catch(() => undefined)
    this.#sockets.set(asker, opening)
    return opening
  }

  /** The names of the tables that are not as they were; everything is put back. */
  settle(): Promise<string[]> {
    return putBack(this.host.prisma, this.#pristine)
  }
}
