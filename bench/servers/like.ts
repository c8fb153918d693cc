import { type Numbers, timed } from '../harness/measure.js'
import { answer } from '../harness/process.js'
import { type ClientOptions, clientOf } from './clients.js'

export interface LikeOptions extends ClientOptions {
  userId: string
  text: string
  seconds: number
}

// What people write first: the database compares every message of the user's rooms with a pattern.
answer({
  async searches({ userId, text, seconds, ...options }: LikeOptions): Promise<Numbers> {
    const prisma = await clientOf(options)
    const like = options.database === 'postgresql' ? 'ILIKE' : 'LIKE'
    const statement = `SELECT m.id, m.room_id, m.seq, m.user_id, m.text, m.created_at
      FROM chat_room_users u JOIN chat_messages m ON m.room_id = u.room_id
      WHERE u.user_id = '${userId}' AND u.left_at IS NULL AND m.deleted_at IS NULL AND m.text ${like} '%${text}%'
      ORDER BY m.created_at DESC LIMIT 20`
    const search = () => prisma.$queryRawUnsafe<unknown[]>(statement)
    // The connection and the plan are there before it counts.
    const { length: found } = await search()
    const numbers = await timed(seconds, search)
    await prisma.$disconnect()
    return { ...numbers, found }
  },
})
