import { type Entry, KeyedBatcher } from '../concurrency/keyed-batcher.js'
import type { DurableEvent } from '../contract/events.js'
import type { Message } from '../contract/messages.js'
import { ChatError } from '../contract/problems.js'
import type { RoomChanged } from '../publish/notice.js'
import type { Publisher } from '../publish/publisher.js'
import { type Appending, appendBatch } from '../store/append/append-batch.js'
import { type Appended, type AppendRequest, hasMedia, type Outcome } from '../store/append/message.js'
import { RefusedLately } from '../store/append/refused-lately.js'
import { longestWaitMs } from '../store/database.js'
import type { MessageRow } from '../store/messages.js'
import type { Telemetry } from './telemetry.js'
import type { View } from './view.js'

export interface Sent {
  message: Message
  created: boolean
  /** The sender has put the room away. */
  isPutAway?: boolean | undefined
}

export interface SendingDependencies extends Omit<Appending, 'refusedLately'>, Telemetry {
  publisher: Publisher
  view: View
  /** Reads messages as clients see them, where they existed already. */
  show(rows: MessageRow[]): Promise<Message[]>
}

/**
 * Sends all messages that are not part of a host's transaction. Those that arrive while a commit is in flight go together
 * into the next one. After a commit the new messages are published, and then their senders are answered.
 */
export class Sending {
  readonly #batcher: KeyedBatcher<AppendRequest, Sent>
  readonly #dependencies: SendingDependencies & Appending
  /** What was under way when somebody sent a message, if that is traced. */
  readonly #askedIn = new WeakMap<AppendRequest, unknown>()

  constructor(dependencies: SendingDependencies) {
    this.#dependencies = { ...dependencies, refusedLately: new RefusedLately() }
    this.#batcher = new KeyedBatcher<AppendRequest, Sent>({
      keyOf: ({ roomId }) => roomId,
      isAlone: hasMedia,
      run: (batch) => this.#commit(batch),
      lanes: dependencies.database.transactions > 1 ? 4 : 1,
      ...{ mostPerBatch: 256, mostWaiting: 10_000, mostMs: longestWaitMs },
      overloaded: () => new ChatError('unavailable', 'too many messages are waiting', { retryAfter: 1 }),
      expired: () => unavailable('the database is not available; the message was not stored'),
    })
  }

  /** How many messages wait for a commit, and for how long the first of them has, in ms. */
  get waiting(): { waiting: number; oldestMs: number } {
    return this.#batcher.waiting
  }

  send(request: AppendRequest): Promise<Sent> {
    const asked = this.#dependencies.tracing?.current()
    if (asked) this.#askedIn.set(request, asked)
    return this.#batcher.push(request)
  }

  async #append(requests: AppendRequest[], waitsForLock: boolean): Promise<Outcome[]> {
    const { meters, tracing } = this.#dependencies
    const append = () => appendBatch(this.#dependencies, requests, waitsForLock)
    const begun = performance.now()
    // Nobody in particular asked for a batch: it is linked to the requests whose messages are in it.
    const links = tracing && requests.flatMap((request) => this.#askedIn.get(request) ?? [])
    const outcomes = await (tracing && links
      ? tracing.run('chat.commit', { 'chat.messages': requests.length }, append, { isRoot: true, links })
      : append())
    meters?.committed('messages', performance.now() - begun)
    return outcomes
  }

  async #commit(batch: Entry<AppendRequest, Sent>[]): Promise<Entry<AppendRequest, Sent>[]> {
    const { publisher, view, show } = this.#dependencies
    const waitsForLock = batch[0]?.waits === true
    const requests = batch.map(({ item }) => item)
    const outcomes = await this.#append(requests, waitsForLock)
    const answers = outcomes.map((outcome) => answerOf(outcome, view))
    const roots = answers.flatMap((answer) => (answer.type === 'sent' && answer.root ? [answer.root] : []))
    // The messages that were replied to in threads. Where this fails, the revisions are found by whoever misses them.
    const shownRoots = roots.length === 0 ? [] : await show(roots).catch(() => [])
    publisher.publish(changesOf(answers, shownRoots))
    const again: Entry<AppendRequest, Sent>[] = []
    for (const [n, entry] of batch.entries()) {
      const answer = answers[n]
      if (!answer || answer.type === 'locked') again.push(entry)
      else if (answer.type === 'sent') entry.resolve(answer)
      else if (answer.type === 'appended') entry.resolve(show([answer.row]).then(([message]) => sentBefore(message)))
      else entry.reject(answer.error)
    }
    return again
  }
}

function sentBefore(message: Message | undefined): Sent {
  if (!message) throw new ChatError('internal')
  return { message, created: false }
}

type Answer = Exclude<Outcome, Appended> | Appended | ({ type: 'sent'; root: MessageRow | undefined } & Sent)

/** A created message is shown by the rows that validated it; one that existed already is read again. */
function answerOf(outcome: Outcome, view: View): Answer {
  if (outcome.type !== 'appended' || !outcome.shown) return outcome
  const { row, shown, created, isPutAway } = outcome
  return { type: 'sent', message: view.message(row, shown), created, root: rootOf(outcome), isPutAway }
}

const rootOf = ({ created, root }: Appended): MessageRow | undefined => (created ? root : undefined)

function changesOf(answers: Answer[], roots: Message[]): RoomChanged[] {
  const rootAt = new Map(roots.map((root) => [keyOf(root), root]))
  const rooms = new Map<string, RoomChanged>()
  for (const answer of answers) {
    if (answer.type !== 'sent' || !answer.created) continue
    const { roomId } = answer.message
    const room = rooms.get(roomId) ?? { type: 'room.changed', roomId, events: [] }
    room.events.push(...createdEvents(answer.message, answer.root && rootAt.get(keyOf(answer.root))))
    rooms.set(roomId, room)
  }
  // The messages that threads are of changed after all that the batch brought.
  for (const { events } of rooms.values()) events.sort((a, b) => a.revision - b.revision)
  return [...rooms.values()]
}

const keyOf = ({ roomId, revision }: Pick<MessageRow, 'roomId' | 'revision'>): string => `${revision} ${roomId}`

/** What a new message tells: of a reply in a thread also that the message changed which the thread is of. */
export function createdEvents(message: Message, root?: Message): DurableEvent[] {
  const { roomId, revision } = message
  const created: DurableEvent = { type: 'message.created', roomId, revision, message }
  return root ? [created, threadEvent(root)] : [created]
}

/** A message's thread changed. */
export const threadEvent = (root: Message): DurableEvent => ({
  ...{ type: 'message.updated', roomId: root.roomId, revision: root.revision, message: root },
  cause: { type: 'thread.reply' },
})

const unavailable = (detail: string): ChatError => new ChatError('unavailable', detail, { retryAfter: 1 })
