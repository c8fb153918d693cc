import type { Database } from '../database.js'
import { findRooms } from '../rooms.js'
import { byNumber, queriesOf } from './locked.js'
import type { AppendRequest, Outcome, Refused } from './message.js'
import { type Numbering, type Validation, validateAll } from './validate.js'

const forMs = 60_000
/** With more entries it starts again with none. */
const most = 10_000

/**
 * The senders who were refused lately. Their next messages to that room are first validated by reads alone. So on databases
 * where messages are appended under a lock, a sender who is refused again and again makes nobody wait for it.
 */
export class RefusedLately {
  readonly #until = new Map<string, number>()

  has(request: AppendRequest): boolean {
    return (this.#until.get(keyOf(request)) ?? 0) > performance.now()
  }

  note(requests: AppendRequest[], outcomes: Outcome[]): void {
    for (const [n, request] of requests.entries()) {
      if (outcomes[n]?.type === 'appended') this.#until.delete(keyOf(request))
      else if (outcomes[n]?.type === 'refused') this.#add(keyOf(request))
    }
  }

  #add(key: string): void {
    if (this.#until.size >= most && !this.#until.has(key)) this.#until.clear()
    this.#until.set(key, performance.now() + forMs)
  }
}

const keyOf = ({ roomId, userId }: AppendRequest): string => JSON.stringify([roomId, userId])

/** Which of these messages are refused, by what is read now. */
export async function refusedByReading(
  { database, ...on }: Omit<Validation, 'db'> & { database: Database },
  requests: AppendRequest[],
): Promise<Map<AppendRequest, Refused>> {
  const db = database.client
  const rooms = await findRooms(db, [...new Set(requests.map(({ roomId }) => roomId))])
  const numberings = rooms.map((room): [string, Numbering] => [
    room.id,
    {
      ...{ room, seq: room.lastMessageSeq, revision: room.revision, at: room.lastMessageAt },
      ...{ replySeq: room.replySeq, repliesAt: room.lastReplyAt ?? on.now },
    },
  ])
  const preconditions = byNumber(await database.dialect.preconditions(db, queriesOf(requests)))
  const { outcomes } = await validateAll({ ...on, db, isFinal: false }, requests, new Map(numberings), preconditions)
  return new Map(
    requests.flatMap((request, n): [AppendRequest, Refused][] => {
      const outcome = outcomes[n]
      return outcome?.type === 'refused' ? [[request, outcome]] : []
    }),
  )
}
