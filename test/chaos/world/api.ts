import type { Frame } from '../../socket.js'
import type { Thing } from '../history.js'
import type { Nodes } from './nodes.js'
import { memberThing, messageThing } from './things.js'

export interface ApiAnswer {
  status: number
  body: Frame
}

/** A call to any node; undefined where no answer came: nobody knows then whether it took effect. */
export type Api = (
  userId: string,
  method: string,
  path: string,
  body?: unknown,
  patienceMs?: number,
) => Promise<ApiAnswer | undefined>

const usualPatienceMs = 5_000

/** `failed` is told of what no fault excuses. */
export function apiOf(nodes: Nodes, random: () => number, failed: (what: string) => void): Api {
  return async (userId, method, path, body, patienceMs = usualPatienceMs) => {
    try {
      const response = await fetch(`${nodes.pick(random).url}${path}`, {
        method,
        headers: { 'x-user': userId, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patienceMs),
      })
      const text = await response.text()
      if (response.status === 500) failed(`${method} ${path}: ${text}`)
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    } catch {
      return undefined
    }
  }
}

/** All of a room as its members see it; undefined if not all of it could be read, or it is not theirs. */
export async function readRoom(api: Api, userId: string, roomId: string): Promise<Thing[] | undefined> {
  const things: Thing[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer: ApiAnswer | undefined = await api(
      userId,
      'GET',
      `/rooms/${roomId}/members?limit=100${cursor && `&cursor=${cursor}`}`,
    )
    if (answer?.status !== 200) return undefined
    things.push(...answer.body.items.map(memberThing))
    cursor = answer.body.nextCursor
  }
  for (let after = 0, hasAfter = true; hasAfter; ) {
    const answer = await api(userId, 'GET', `/rooms/${roomId}/messages?limit=100&after=${after}`)
    if (answer?.status !== 200) return undefined
    things.push(...answer.body.items.map(messageThing))
    for (const { id, thread } of answer.body.items) {
      const replies = thread ? await readThread(api, userId, roomId, id) : []
      if (!replies) return undefined
      things.push(...replies)
    }
    after = answer.body.items.at(-1)?.seq
    hasAfter = answer.body.hasAfter
  }
  return things
}

/** The replies to a message that are in its thread alone. */
async function readThread(api: Api, userId: string, roomId: string, messageId: string): Promise<Thing[] | undefined> {
  const things: Thing[] = []
  for (let after = 0, hasAfter = true; hasAfter; ) {
    const answer = await api(userId, 'GET', `/rooms/${roomId}/messages/${messageId}/thread?limit=100&after=${after}`)
    if (answer?.status !== 200) return undefined
    const replies: Frame[] = answer.body.items
    things.push(...replies.filter(({ alsoInRoom }) => !alsoInRoom).map(messageThing))
    after = replies.at(-1)?.threadSeq
    hasAfter = answer.body.hasAfter
  }
  return things
}
