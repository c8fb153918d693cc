import { type Dialect, factsColumns, factsJoins } from './dialect.js'

const lock = (wait: string) => `
  UPDATE chat_rooms AS c
  SET revision = c.revision + i.count, last_message_seq = c.last_message_seq + i.count, last_message_at = $3
  FROM unnest($1::text[], $2::int[]) AS i(room_id, count)
  WHERE c.id = i.room_id AND c.id IN (
    SELECT id FROM chat_rooms WHERE id = ANY($1::text[]) AND deleted_at IS NULL ORDER BY id FOR UPDATE ${wait})
  RETURNING c.id, c.type, c.is_public AS "isPublic", c.revision, c.last_message_seq AS "lastMessageSeq"`

export const postgresql: Dialect = {
  name: 'postgresql',
  skipsLocked: true,
  transactions: 8,
  isolationLevel: 'ReadCommitted',

  lockRooms: (db, locks, now, skipLocked) =>
    db.$queryRawUnsafe(
      lock(skipLocked ? 'SKIP LOCKED' : ''),
      locks.map((room) => room.roomId),
      locks.map((room) => room.count),
      now,
    ),

  facts: (db, queries) =>
    db.$queryRawUnsafe(
      `SELECT ${factsColumns}
       FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) AS i(n, room_id, user_id, client_id, reply_to_id)
       ${factsJoins((a, b) => `(${a} = ${b} OR (${a} IS NULL AND ${b} IS NULL))`)}`,
      queries.map((query) => query.n),
      queries.map((query) => query.roomId),
      queries.map((query) => query.userId),
      queries.map((query) => query.clientId),
      queries.map((query) => query.replyToId),
    ),

  async append(db, messages, markers, now) {
    await db.$executeRawUnsafe(
      `WITH markers AS (
         UPDATE chat_room_users AS m SET last_read_seq = GREATEST(m.last_read_seq, i.seq), last_seen_at = $15
         FROM unnest($12::text[], $13::text[], $14::int[]) AS i(room_id, user_id, seq)
         WHERE m.room_id = i.room_id AND m.user_id = i.user_id)
       INSERT INTO chat_messages
         (id, room_id, seq, user_id, client_id, body_hash, kind, text, reply_to_id, mentions, has_media, revision,
          created_revision, created_at)
       SELECT i.id, i.room_id, i.seq, i.user_id, i.client_id, i.body_hash, i.kind::"ChatMessageKind", i.text,
              i.reply_to_id, i.mentions, i.has_media, i.revision, i.revision, $15
       FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::text[], $11::int[], $16::bool[])
         AS i(id, room_id, seq, user_id, client_id, body_hash, kind, text, reply_to_id, mentions, revision, has_media)`,
      messages.map((message) => message.id),
      messages.map((message) => message.roomId),
      messages.map((message) => message.seq),
      messages.map((message) => message.userId),
      messages.map((message) => message.clientId),
      messages.map((message) => message.bodyHash),
      messages.map((message) => message.kind),
      messages.map((message) => message.text),
      messages.map((message) => message.replyToId),
      messages.map((message) => message.mentions),
      messages.map((message) => message.revision),
      markers.map((marker) => marker.roomId),
      markers.map((marker) => marker.userId),
      markers.map((marker) => marker.seq),
      now,
      messages.map((message) => message.hasMedia),
    )
  },

  like: "ILIKE ? ESCAPE '!'",

  select: (db, sql, values) => {
    let count = 0
    return db.$queryRawUnsafe(
      sql.replace(/\?/g, () => `$${++count}`),
      ...values,
    )
  },
}
