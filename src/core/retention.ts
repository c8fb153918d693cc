import { z } from 'zod'
import type { RoomType } from '../contract/permissions.js'
import { nextRetention, type RoomsAlike } from '../store/purge.js'
import type { Context } from './context.js'
import { type Check, object, refuse } from './option-checks.js'

/** How long messages are kept. The most specific counts: what a room was told itself, its type, all. */
export interface RetentionOptions {
  /**
   * Days for which rooms keep messages, 1 to 36500; null for ever.
   *
   * @default null
   */
  days?: number | null | undefined
  /** The same by the type of a room; a type that is left out keeps them as `days` says. */
  types?: { [Type in RoomType]?: number | null | undefined } | undefined
}

const mostDays = 36_500
const dayMs = 86_400_000

/** How long one room keeps messages, whatever its type. */
export interface RoomRetention {
  /** Whole days, 1 to 36500; null for ever. */
  days: number | null
}

export const roomRetention = z.strictObject({ days: z.int().min(1).max(mostDays).nullable() }).nullable()

const days: Check = (value, name) => {
  if (value === null) return
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostDays) return
  refuse(name, value, `give a whole number of days from 1 to ${mostDays}, or null for ever`)
}

const mend = 'give { days, types? }, as { days: 365, types: { private: null } }'

export const checkRetention = object<RetentionOptions>(
  { days, types: object<NonNullable<RetentionOptions['types']>>({ private: days, group: days, channel: days }) },
  { mend },
)

const roomTypes = ['private', 'group', 'channel'] as const satisfies readonly RoomType[]

/** Which rooms are to be looked at, and before when their messages are too old. */
export interface TooOld {
  rooms: RoomsAlike
  before: Date
}

/** All of them, for each of which an index has the rooms that may have such messages. */
export async function* tooOld(
  { work, clock }: Context,
  { days = null, types = {} }: RetentionOptions,
): AsyncGenerator<TooOld> {
  const before = (kept: number) => new Date(clock().getTime() - kept * dayMs)
  for (let own = await nextRetention(work.db, 0); own !== undefined; own = await nextRetention(work.db, own)) {
    yield { rooms: { retentionDays: own }, before: before(own) }
  }
  for (const type of roomTypes) {
    const { [type]: kept = days } = types
    if (kept !== null) yield { rooms: { retentionDays: null, type }, before: before(kept) }
  }
}
