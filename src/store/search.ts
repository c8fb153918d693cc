import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** What searching means on every database alike. A Σ that ends what was typed so far may stand within a word. */
const fold = (value: string): string => value.normalize('NFC').toLowerCase().replaceAll('ς', 'σ')

/**
 * A LIKE pattern that lets through at least what matches. SQLite compares only ASCII letters without regard to case, so
 * any other letter becomes "one of any kind"; what may be written as several, as e and an accent, becomes "any number".
 * `fold` decides afterwards.
 */
function patternFor(query: string): string {
  const characters = [...query.normalize('NFC')].map((character) => {
    if (character === '%' || character === '_' || character === '!') return `!${character}`
    if (character.charCodeAt(0) < 128) return character
    if (character.normalize('NFD') !== character) return '%'
    return character.toLowerCase() === character.toUpperCase() ? character : '_'
  })
  return `%${characters.join('')}%`
}

const chunk = 200

/**
 * Walks down a list in chunks that the database pre-selects, keeps what really matches, and stops at `take`.
 * `next` reads the rows after a given one.
 */
async function walk<Row>(
  take: number,
  matches: (row: Row) => boolean,
  next: (after: Row | undefined) => Promise<Row[]>,
): Promise<Row[]> {
  const found: Row[] = []
  let last: Row | undefined
  for (;;) {
    const rows = await next(last)
    for (const row of rows) if (matches(row) && found.length < take) found.push(row)
    last = rows.at(-1)
    if (found.length >= take || rows.length < chunk) return found
  }
}

/** Positions of the newest messages below `before` that contain the query. */
export async function searchMessages(
  { db, dialect }: { db: Db; dialect: Dialect },
  roomId: string,
  query: string,
  before: number,
  take: number,
): Promise<number[]> {
  const wanted = fold(query)
  const rows = await walk<{ seq: number; text: string }>(
    take,
    (row) => fold(row.text).includes(wanted),
    (last) =>
      dialect.select(
        db,
        `SELECT seq, text FROM chat_messages
         WHERE room_id = ? AND seq < ? AND deleted_at IS NULL AND kind = 'user' AND text ${dialect.like}
         ORDER BY seq DESC LIMIT ${chunk}`,
        [roomId, last?.seq ?? before, patternFor(query)],
      ),
  )
  return rows.map((row) => row.seq)
}

/** Ids of users whose name contains the query, in the order of ids. */
export async function searchUserIds(
  { db, dialect }: { db: Db; dialect: Dialect },
  query: string,
  after: string,
  take: number,
): Promise<string[]> {
  const wanted = fold(query)
  const rows = await walk<{ id: string; name: string }>(
    take,
    (row) => fold(row.name).includes(wanted),
    (last) =>
      dialect.select(
        db,
        `SELECT id, name FROM chat_users WHERE id > ? AND name ${dialect.like} ORDER BY id LIMIT ${chunk}`,
        [last?.id ?? after, patternFor(query)],
      ),
  )
  return rows.map((row) => row.id)
}

/** Ids of public rooms whose name or description contains the query, newest id first. */
export async function searchRoomIds(
  { db, dialect }: { db: Db; dialect: Dialect },
  query: string,
  before: string,
  take: number,
): Promise<string[]> {
  const wanted = fold(query)
  const pattern = patternFor(query)
  const rows = await walk<{ id: string; name: string; description: string }>(
    take,
    (row) => fold(row.name).includes(wanted) || fold(row.description).includes(wanted),
    (last) =>
      dialect.select(
        db,
        `SELECT id, name, description FROM chat_rooms
         WHERE is_public = TRUE AND deleted_at IS NULL AND id < ? AND (name ${dialect.like} OR description ${dialect.like})
         ORDER BY id DESC LIMIT ${chunk}`,
        [last?.id ?? before, pattern, pattern],
      ),
  )
  return rows.map((row) => row.id)
}
