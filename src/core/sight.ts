import { Semaphore } from '../concurrency/semaphore.js'
import type { RoomRow } from '../store/rooms.js'
import { apartAmong, askedAmong, type Pair, sharedRooms } from '../store/sight.js'
import type { UserRow } from '../store/users.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'
import { givenTo } from './directory.js'
import type { Viewer } from './hooks.js'

/** How many users the host is asked about at once, so that its database does not get hundreds of queries in one moment. */
const askedAtOnce = 20

/** The users among these whom the viewer may see: all if the host has no `canSee`, and always the viewer. */
export async function seenBy(
  context: Pick<Context, 'canSee'>,
  viewer: Actor | undefined,
  ids: string[],
): Promise<Set<string>> {
  if (!context.canSee || typeof viewer !== 'string') return new Set(ids)
  const pairs = ids.map((userId) => ({ viewerId: viewer, userId }))
  return new Set((await allowedAmong(context, pairs)).map(({ userId }) => userId))
}

/** The pairs in which the first may see the second. If the host throws, the error goes to `failed` and counts as no. */
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

/** Whether `viewer` may look at the picture of `userId`. */
export const isSeenBy = async (context: Context, viewer: Actor, userId: string): Promise<boolean> =>
  viewer === system || (await seenBy(context, viewer, [userId])).has(userId)

/**
 * Why a viewer may see another user's presence and `lastSeenAt`: a room that both are in, a request of the other user into a
 * private room, the host's directory, or `canSee`.
 */
export type Ground = { by: 'room'; roomId: string } | { by: 'request' | 'directory' | 'host' }

/** The users among these whose presence the viewer may see, and why. Strangers are left out. */
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

/** The users who ask the viewer into a private room. If the host never has people asked, nothing is read. */
export const askersAmong = async <P extends Pair>({ contact, work }: Context, pairs: P[]): Promise<P[]> =>
  contact === 'anyone' ? [] : askedAmong(work.db, pairs)

/** The users whom the host's directory gives to the viewer, without those of whom one blocks the other. */
export async function listedAmong<P extends Pair>(context: Context, viewer: Viewer, pairs: P[]): Promise<P[]> {
  const ids = pairs.map(({ userId }) => userId)
  const listed = new Set((await givenTo(context, ids, viewer)).map(({ id }) => id))
  return withoutApart(
    context,
    pairs.filter(({ userId }) => listed.has(userId)),
  )
}

/** The pairs in which nobody blocks the other. */
export async function withoutApart<P extends Pair>({ work }: Context, pairs: P[]): Promise<P[]> {
  const apart = new Set(await apartAmong(work.db, pairs))
  return pairs.filter((pair) => !apart.has(pair))
}

/**
 * Of users whom the viewer may see, those whose `lastSeenAt` they may see. Nothing is read about users who never connected, or
 * if the host's `canSee` has allowed them already.
 */
export async function knownTo(context: Context, viewer: Viewer | null, rows: UserRow[]): Promise<Set<string>> {
  const ids = rows.flatMap(({ id, lastSeenAt }) => (lastSeenAt === null ? [] : [id]))
  if (!viewer || context.canSee || ids.length === 0) return new Set(ids)
  return new Set((await groundsOf(context, viewer, ids)).keys())
}

/**
 * Whether a member of a room may see a user's `lastSeenAt` because of that room: not if the user was only asked or has left,
 * and in a private room not if one of the two blocks the other.
 */
export const isKnownIn = (
  { canSee }: Pick<Context, 'canSee'>,
  viewer: Actor,
  { isBlocked }: Pick<RoomRow, 'isBlocked'>,
  { userId, isIn }: { userId: string; isIn: boolean },
): boolean => viewer === system || canSee !== undefined || userId === viewer || (isIn && !isBlocked)
