import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { enterRoom, groupMessage } from '../load/xmpp.js'
import type { XmppOptions } from '../servers/xmpp.js'
import { type Running, startServer } from './contenders.js'
import { type BenchDatabase, postgresql } from './databases.js'

/** A server that is not there, and why. */
interface Missing {
  missing: string
}

interface Rooms {
  server: Running
}

interface ArchivedRooms extends Rooms {
  database: BenchDatabase
  /** How many messages its archive holds. */
  stored(): Promise<number>
}

// Where Debian's package has it.
const ejabberdTables = '/usr/share/ejabberd/sql/pg.sql'
const patienceMs = 10_000

/** The rooms of ejabberd, with their archive in a database of the benchmark's own. */
export async function startEjabberd(): Promise<ArchivedRooms | Missing> {
  const path = onPath('ejabberdctl')
  if (!path) return { missing: 'ejabberd, which is not installed (apt-get install ejabberd erlang-p1-pgsql)' }
  if (!existsSync(ejabberdTables)) return { missing: `ejabberd, which comes without ${ejabberdTables}` }
  const database = await postgresql(ejabberdTables)
  const stored = async () => Number((await database.run('SELECT count(*) FROM archive'))[0]?.count)
  try {
    const server = await startServer('xmpp', { server: 'ejabberd', path, url: database.url } satisfies XmppOptions)
    await firstMessage(server)
    // It delivers all the same then, and faster.
    if ((await stored()) === 0)
      return { missing: 'ejabberd, which stores nothing here (does it have erlang-p1-pgsql?)' }
    return { server, database, stored }
  } catch (error) {
    return { missing: `ejabberd, which does not run here (${reason(error)})` }
  }
}

export async function startProsody(): Promise<Rooms | Missing> {
  const path = onPath('prosody')
  if (!path) return { missing: 'prosody, which is not installed (apt-get install prosody)' }
  try {
    const server = await startServer('xmpp', { server: 'prosody', path } satisfies XmppOptions)
    // What it has stored, it sends on with the id in the archive.
    if (!(await firstMessage(server)).includes('<stanza-id')) return { missing: 'prosody, which stores nothing here' }
    return { server }
  } catch (error) {
    return { missing: `prosody, which does not run here (${reason(error)})` }
  }
}

/** Says a word in a room, to see that there are rooms. */
function firstMessage({ port }: Running): Promise<string> {
  const message = async () => {
    const socket = await enterRoom(port, 'first', 'first-room')
    const heard = socket.heard('<message')
    socket.send(groupMessage('first', 'first-room', 'first'))
    return heard.finally(() => socket.end())
  }
  const late = new Promise<never>((_, reject) => {
    setTimeout(reject, patienceMs, new Error('no message comes back')).unref()
  })
  return Promise.race([message(), late])
}

function onPath(program: string): string | undefined {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program))
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** In one line. */
const reason = (error: unknown): string => (error as Error).message.replace(/^Error: |\n.*/gs, '')
