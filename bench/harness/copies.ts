import type { PeopledRoom } from '../load/people.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import { startServer } from './contenders.js'
import { roomSize } from './crowd.js'
import type { BenchDatabase } from './databases.js'

type Row = Record<string, unknown>

/** What a room consists of, and what names the room in each. */
const tables = {
  chat_rooms: 'id',
  chat_room_users: 'room_id',
  chat_messages: 'room_id',
  chat_uncounted_messages: 'room_id',
  chat_mentions: 'room_id',
}

/** Who is in the room that is copied: nobody of those who are connected later. */
const models = Array.from({ length: roomSize }, (_, n) => `model-${n}`)
const dayMs = 24 * 60 * 60_000
const atOnce = 1000

/** Where every copied room stands. */
export interface Copied {
  revision: number
}

/**
 * Users, and rooms of theirs by the thousand: one room is made by the API, with a message in it that mentions somebody, and copied
 * in SQL column by column, whatever columns there are. All of it happened a day or two ago. A copy is then read by the API beside the first one.
 */
export async function seedCopies(database: BenchDatabase, users: number, rooms: PeopledRoom[]): Promise<Copied> {
  const options: ExpressChatOptions = { database: database.name, url: database.url }
  const server = await startServer('express-chat', options)
  const api = (userId: string, method: string, path: string, body?: unknown) =>
    ask(server.port, userId, method, path, body)
  for (const model of models) await api(model, 'GET', '/users/me')
  const [owner = '', writer = '', mentioned = ''] = models
  const made = (await api(owner, 'POST', '/rooms', {
    type: 'group',
    name: 'The first one',
    userIds: models.slice(1),
  })) as Row
  await api(writer, 'POST', `/rooms/${made.id}/messages`, {
    text: 'lorem ipsum '.padEnd(150, 'dolor sit amet '),
    mentions: [mentioned],
    clientId: 'first',
  })

  await copyUsers(database, users)
  const originals = new Map<string, Row[]>()
  for (const [table, key] of Object.entries(tables)) {
    originals.set(table, await database.run(`SELECT * FROM ${table} WHERE ${key} = '${made.id}'`))
  }
  const values = rooms.map(valuesOf)
  for (let n = 0; n < values.length; n += atOnce) {
    const some = values.slice(n, n + atOnce)
    for (const [table, rows] of originals) {
      if (rows.length > 0) await copy(database, table, String(made.id), rows, some)
    }
  }
  await settle(database)

  const [copied] = rooms.slice(-1)
  if (copied) await compare(api, String(made.id), copied)
  await server.child.end()
  return { revision: Number(originals.get('chat_rooms')?.[0]?.revision) }
}

async function ask(port: number, userId: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/chat${path}`, {
    method,
    headers: { 'x-user': userId, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${await response.text()}`)
  return response.json()
}

async function copyUsers(database: BenchDatabase, users: number): Promise<void> {
  const [row = {}] = await database.run(`SELECT * FROM chat_users WHERE id = '${models[0]}'`)
  const columns = Object.keys(row)
  const values = columns.map((column) => (row[column] === models[0] ? `'u' || n` : `t.${column}`))
  await database.run(
    `INSERT INTO chat_users (${columns})
     WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${users - 1})
     SELECT ${values} FROM chat_users t, n WHERE t.id = '${models[0]}'`,
  )
}

/** Its id, when it all happened, and who is in it: a second after the one before. */
const valuesOf = ({ id, people }: PeopledRoom, n: number): string => {
  const at = new Date(Date.now() - 2 * dayMs + n * 1000).toISOString().replace('Z', '+00:00')
  return `('${id}', '${at}', ${people.map((person) => `'u${person}'`)})`
}

/** The values are called `column1`, `column2` … by PostgreSQL and SQLite alike. */
async function copy(
  database: BenchDatabase,
  table: string,
  roomId: string,
  rows: Row[],
  values: string[],
): Promise<void> {
  const columns = Object.keys(rows[0] as Row)
  const time = database.name === 'sqlite' ? 'v.column2' : 'CAST(v.column2 AS timestamp)'
  const person = (of: string) =>
    `CASE ${of} ${models.map((model, n) => `WHEN '${model}' THEN v.column${n + 3}`).join(' ')} END`
  const copied = columns.map((column) => {
    const is = (what: (value: unknown) => boolean) => rows.some((row) => what(row[column]))
    if (is((value) => value === roomId)) return 'v.column1'
    if (is((value) => models.includes(String(value)))) return person(`t.${column}`)
    if (is(isTime)) return `CASE WHEN t.${column} IS NULL THEN NULL ELSE ${time} END`
    if (is((value) => Math.abs(Number(value) - Date.now()) < dayMs)) return `t.${column} - ${2 * dayMs}`
    // The id of a message.
    if (column === 'id') return `v.column1 || '-' || t.seq`
    // What the system says, of whoever made the room; and whom the message mentions.
    const named = models
      .map((model, n) => [model, `v.column${n + 3}`] as const)
      .filter(([model]) => is((value) => String(value).includes(model)))
    return named.reduce((sql, [model, person]) => `REPLACE(${sql}, '${model}', ${person})`, `t.${column}`)
  })
  const key = tables[table as keyof typeof tables]
  await database.run(
    `INSERT INTO ${table} (${columns})
     SELECT ${copied} FROM ${table} t, (VALUES ${values}) v WHERE t.${key} = '${roomId}'`,
  )
}

const isTime = (value: unknown): boolean => value instanceof Date || /^\d{4}-\d\d-\d\dT\d\d:/.test(String(value))

/** So that nothing of it is still to be done while others measure. */
async function settle(database: BenchDatabase): Promise<void> {
  if (database.name === 'sqlite') await database.run('ANALYZE')
  else {
    await database.run('VACUUM ANALYZE')
    // Not everybody may.
    await database.run('CHECKPOINT').catch(() => undefined)
  }
}

type Api = (userId: string, method: string, path: string) => Promise<unknown>

/** A copy reads like the room that the API made, to its owner and to somebody else, but for ids, names and times. */
async function compare(api: Api, roomId: string, copied: PeopledRoom): Promise<void> {
  const people = copied.people.map((person) => `u${person}`)
  for (const [n, model] of models.entries()) {
    for (const path of ['', '/members', '/messages']) {
      const first = masked(await api(model, 'GET', `/rooms/${roomId}${path}`), roomId, models)
      const other = masked(await api(people[n] as string, 'GET', `/rooms/${copied.id}${path}`), copied.id, people)
      if (first !== other)
        throw new Error(`a copied room reads otherwise than the one that was made:\n${first}\n${other}`)
    }
  }
}

function masked(answer: unknown, roomId: string, people: string[]): string {
  const seen = people.reduce((text, id, n) => text.replaceAll(`"${id}"`, `"person ${n}"`), JSON.stringify(answer))
  return seen
    .replaceAll(roomId, 'room')
    .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"time"')
    .replace(/"id":"(room-\d+|[0-9a-f-]{36})"/g, '"id":"message"')
    .replace(/"u\d+ created|"model-0 created/g, '"somebody created')
}
