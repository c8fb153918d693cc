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
import type { View } from './view.js'

export interface Sent {
  message: Message
  created: boolean
  /** The sender has put the room away. */
  isPutAway?: boolean | undefined
}

export interface SendingDependencies extends Omit<Appending, 'refusedLately'> {
  publisher: Publisher
  view: View
  /** Reads a message that existed already, as clients see it. */
  show(row: MessageRow): Promise<Message>
}

/**
 * Sends all messages that are not part of a host's transaction. Those that arrive while a commit is in flight go together
 * into the next one. After a commit the new messages are published, and then their senders are answered.
 */
export class Sending {
  readonly #batcher: KeyedBatcher<AppendRequest, Sent>
  readonly #dependencies: SendingDependencies & Appending

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

  send(request: AppendRequest): Promise<Sent> {
    return this.#batcher.push(request)
  }

  async #commit(batch: Entry<AppendRequest, Sent>[]): Promise<Entry<AppendRequest, Sent>[]> {
    const { publisher, view, show } = this.#dependencies
    const waitsForLock = batch[0]?.waits === true
    const requests = batch.map(({ item }) => item)
    const outcomes = await appendBatch(this.#dependencies, requests, waitsForLock)
    const answers = outcomes.map((outcome) => answerOf(outcome, view))
    publisher.publish(changesOf(answers))
    const again: Entry<AppendRequest, Sent>[] = []
    for (const [n, entry] of batch.entries()) {
      const answer = answers[n]
      if (!answer || answer.type === 'locked') again.push(entry)
      else if (answer.type === 'sent') entry.resolve(answer)
      else if (answer.type === 'appended')
        entry.resolve(show(answer.row).then((message) => ({ message, created: false })))
      else entry.reject(answer.error)
    }
    return again
  }
}

type Answer = Exclude<Outcome, Appended> | Appended | ({ type: 'sent' } & Sent)

/** A created message is shown by the rows that validated it; one that existed already is read again. */
function answerOf(outcome: Outcome, view: View): Answer {
  if (outcome.type !== 'appended' || !outcome.shown) return outcome
  const { row, shown, created, isPutAway } = outcome
  return { type: 'sent', message: view.message(row, shown), created, isPutAway }
}

function changesOf(answers: Answer[]): RoomChanged[] {
  const rooms = new Map<string, RoomChanged>()
  for (const answer of answers) {
    if (answer.type !== 'sent' || !answer.created) continue
    const { roomId } = answer.message
    const room = rooms.get(roomId) ?? { type: 'room.changed', roomId, events: [] }
    room.events.push(createdEvent(answer.message))
    rooms.set(roomId, room)
  }
  return [...rooms.values()]
}

export const createdEvent = (message: Message): DurableEvent => ({
  type: 'message.created',
  roomId: message.roomId,
  revision: message.revision,
  message,
})

const unavailable = (detail: string): ChatError => new ChatError('unavailable', detail, { retryAfter: 1 })
