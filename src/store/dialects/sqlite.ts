import { type Dialect, existingBy, factsColumns, factsJoins, json, type LockedRoom } from './dialect.js'

// One JSON text carries all rows into a statement: SQLite has no arrays.
const each = (columns: string): string =>
  `(SELECT ${columns
    .split(' ')
    .map((column) => `value->>'$.${column}' AS ${column}`)
    .join(', ')} FROM json_each(?)) AS i`

export const sqlite: Dialect = {
  name: 'sqlite',
  skipsLocked: false,
  transactions: 1,

  async lockRooms(db, locks, now) {
    const rooms: LockedRoom[] = await db.$queryRawUnsafe(
      `UPDATE chat_rooms AS c
       SET revision = c.revision + i.count, last_message_seq = c.last_message_seq + i.count, last_message_at = ?
       FROM ${each('room_id count')}
       WHERE c.id = i.room_id AND c.deleted_at IS NULL
       RETURNING id, type, is_public AS "isPublic", revision, last_message_seq AS "lastMessageSeq"`,
      now,
      json.locks(locks),
    )
    return rooms.map((room) => ({ ...room, isPublic: Boolean(room.isPublic) }))
  },

  facts: (db, queries) =>
    db.$queryRawUnsafe(
      `SELECT ${factsColumns} FROM ${each('n room_id user_id client_id reply_to_id')} ${factsJoins(existingBy('IS'))}`,
      json.facts(queries),
    ),

  async append(db, messages, markers, now) {
    await db.$executeRawUnsafe(
      `INSERT INTO chat_messages
         (id, room_id, seq, user_id, client_id, body_hash, kind, text, reply_to_id, mentions, has_media, revision,
          created_revision, created_at)
       SELECT id, room_id, seq, user_id, client_id, body_hash, kind, text, reply_to_id, mentions, has_media, revision,
              revision, ?
       FROM ${each('id room_id seq user_id client_id body_hash kind text reply_to_id mentions has_media revision')}`,
      now,
      JSON.stringify(
        messages.map((message) => ({
          id: message.id,
          room_id: message.roomId,
          seq: message.seq,
          user_id: message.userId,
          client_id: message.clientId,
          body_hash: message.bodyHash,
          kind: message.kind,
          text: message.text,
          reply_to_id: message.replyToId,
          mentions: message.mentions,
          has_media: message.hasMedia ? 1 : 0,
          revision: message.revision,
        })),
      ),
    )
    if (markers.length === 0) return
    await db.$executeRawUnsafe(
      `UPDATE chat_room_users AS m SET last_read_seq = MAX(m.last_read_seq, i.seq), last_seen_at = ?
       FROM ${each('room_id user_id seq')} WHERE m.room_id = i.room_id AND m.user_id = i.user_id`,
      now,
      json.markers(markers),
    )
  },

  like: "LIKE ? ESCAPE '!'",

  select: (db, sql, values) => db.$queryRawUnsafe(sql, ...values),
}
