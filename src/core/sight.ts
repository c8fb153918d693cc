import { Semaphore } from '../concurrency/semaphore.js'
import type { RoomRow } from '../store/rooms.js'
import { apartAmong, askedAmong, type Pair, sharedRooms } from '../store/sight.js'
import type { UserRow } from '../store/users.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'
import { givenTo } from './directory.js'
import type { Viewer } from './hooks.js'

/** About so many people the host is asked at once, in one call: its database is not to be asked for hundreds in one moment. */
const askedAtOnce = 20

/** Of these people, those whom somebody may see: all, where the host does not say, and oneself in any case. */
export async function seenBy(
  context: Pick<Context, 'canSee'>,
  viewer: Actor | undefined,
  ids: string[],
): Promise<Set<string>> {
  if (!context.canSee || typeof viewer !== 'string') return new Set(ids)
  const pairs = ids.map((userId) => ({ viewerId: viewer, userId }))
  return new Set((await allowedAmong(context, pairs)).map(({ userId }) => userId))
}

/** Those of these pairs in which the first may see the second. What the host throws is told to `failed`, and is no. */
export async function allowedAmong<P extends Pair>(
  { canSee }: Pick<Context, 'canSee'>,
  pairs: P[],
  failed: (error: unknown) => void = rethrow,
): Promise<P[]> {
  const slots = new Semaphore(askedAtOnce, Number.POSITIVE_INFINITY)
  const ask = async ({ viewerId, userId }: P) => {
    if (viewerId === userId) return true
    try {
      return (await slots.run(async () => canSee?.(viewerId, userId))) === true
    } catch (error) {
      return failed(error)
    }
  }
  const answers = await Promise.all(pairs.map(ask))
  return pairs.filter((_, n) => answers[n])
}

const rethrow = (error: unknown): never => {
  throw error
}

/** Whether a picture that shows `userId` is for `viewer` to look at. */
export const isSeenBy = async (context: Context, viewer: Actor, userId: string): Promise<boolean> =>
  viewer === system || (await seenBy(context, viewer, [userId])).has(userId)

/**
 * Why somebody is told whether another one is here, and when they were: a room that both are in, that the other one asks
 * them into a private one, that the host's directory gave them, or that `canSee` says so.
 */
export type Ground = { by: 'room'; roomId: string } | { by: 'request' | 'directory' | 'host' }

/** Of these people those of whom somebody may know that, and why. Strangers are none of them. */
export async function groundsOf(context: Context, viewer: Viewer, ids: string[]): Promise<Map<string, Ground>> {
  const { userId: viewerId } = viewer
  const seen = await seenBy(context, viewerId, ids)
  if (context.canSee) return new Map([...seen].map((id): [string, Ground] => [id, { by: 'host' }]))
  const grounds = new Map<string, Ground>()
  const pairs = ids.filter((id) => id !== viewerId).map((userId) => ({ viewerId, userId, roomId: null }))
  if (ids.includes(viewerId)) grounds.set(viewerId, { by: 'host' })
  for (const { userId, roomId } of await sharedRooms(context.work, pairs)) grounds.set(userId, { by: 'room', roomId })
  const strangers = () => pairs.filter(({ userId }) => !grounds.has(userId))
  for (const { userId } of await askersAmong(context, strangers())) grounds.set(userId, { by: 'request' })
  for (const { userId } of await listedAmong(context, viewer, strangers())) grounds.set(userId, { by: 'directory' })
  return grounds
}

/** Those of them who ask the viewer into a private room. Where nobody is asked, nothing is looked for. */
export const askersAmong = async <P extends Pair>({ contact, work }: Context, pairs: P[]): Promise<P[]> =>
  contact === 'anyone' ? [] : askedAmong(work.db, pairs)

/** Those of them whom the host's directory gives to the viewer; where one blocks the other, it counts for nothing. */
export async function listedAmong<P extends Pair>(context: Context, viewer: Viewer, pairs: P[]): Promise<P[]> {
  const ids = pairs.map(({ userId }) => userId)
  const listed = new Set((await givenTo(context, ids, viewer)).map(({ id }) => id))
  return withoutApart(
    context,
    pairs.filter(({ userId }) => listed.has(userId)),
  )
}

/** Those of them in which nobody blocks the other. */
export async function withoutApart<P extends Pair>({ work }: Context, pairs: P[]): Promise<P[]> {
  const apart = new Set(await apartAmong(work.db, pairs))
  return pairs.filter((pair) => !apart.has(pair))
}

/**
 * Of people whom somebody may see, those of whom they may know when they were here. Nothing is asked about who never was, nor
 * where the host's `canSee` has let them through already.
 */
export async function knownTo(context: Context, viewer: Viewer | null, rows: UserRow[]): Promise<Set<string>> {
  const ids = rows.flatMap(({ id, lastSeenAt }) => (lastSeenAt === null ? [] : [id]))
  if (!viewer || context.canSee || ids.length === 0) return new Set(ids)
  return new Set((await groundsOf(context, viewer, ids)).keys())
}

/**
 * The same of one of a room's people, for one who is in it: not of who was only asked, or has left, and in a private room not
 * where one of the two blocks the other.
 */
export const isKnownIn = (
  { canSee }: Pick<Context, 'canSee'>,
  viewer: Actor,
  { isBlocked }: Pick<RoomRow, 'isBlocked'>,
  { userId, isIn }: { userId: string; isIn: boolean },
): boolean => viewer === system || canSee !== undefined || userId === viewer || (isIn && !isBlocked)
