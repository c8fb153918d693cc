// What an app has before it has a chat, and how a test hears where it listens.
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createClient } from '@libsql/client'
import { PrismaLibSql } from '@prisma/adapter-libsql'

export const secret = 'a secret of the host, of more than 32 characters'

/** A new database with the chat's tables, in the folder that the host was started in. */
export async function newDatabase(name: string): Promise<PrismaLibSql> {
  const url = `file:${name}.db`
  const database = createClient({ url })
  await database.executeMultiple(readFileSync(String(process.env.CHAT_SQL), 'utf8'))
  database.close()
  return new PrismaLibSql({ url })
}

export function tellPort(server: Server): void {
  const tell = () => {
    const address = server.address()
    if (typeof address === 'object') console.log(`listening on ${address?.port}`)
  }
  if (server.listening) tell()
  else server.once('listening', tell)
}
