import type { Committed, Final, History, Operation } from '../history.js'
import type { Violation } from './violation.js'

type Of<Type extends Operation['type']> = Extract<Operation, { type: Type }>

const ofType = <Type extends Operation['type']>({ operations }: History, type: Type): Of<Type>[] =>
  operations.filter((operation): operation is Of<Type> => operation.type === type)

/** Whatever was acknowledged is in the database, as it was acknowledged. */
export function* acknowledgedIsStored(history: History, { messages }: Final): Generator<Violation> {
  const rule = 'acknowledged, not stored'
  const stored = new Map(messages.map((message) => [message.id, message]))
  for (const { id, seq, clientId, userId, roomId } of ofType(history, 'acknowledged')) {
    const message = stored.get(id)
    const isThat = message?.seq === seq && message.userId === userId && message.roomId === roomId
    // The text of every message begins with its clientId, which is how a stored one is known again.
    const saysThat = message?.isDeleted || message?.text.startsWith(`${clientId} `)
    if (!isThat || !saysThat) yield { rule, detail: `message ${clientId}, acknowledged as ${id} with seq ${seq}` }
  }
  for (const { id, revision } of ofType(history, 'edited')) {
    if ((stored.get(id)?.revision ?? 0) < revision) yield { rule, detail: `the edit of ${id} at revision ${revision}` }
  }
  for (const { id } of ofType(history, 'deleted')) {
    if (!stored.get(id)?.isDeleted) yield { rule, detail: `the deletion of ${id}` }
  }
  for (const { id, userId, reaction } of ofType(history, 'reacted')) {
    const message = stored.get(id)
    if (!message?.isDeleted && !message?.reactions.includes(`${userId} ${reaction}`)) {
      yield { rule, detail: `the reaction ${reaction} of ${userId} to ${id}` }
    }
  }
}

/** However often it was sent, a message is there once, and every answer names that one. */
export function* storedOnce(history: History, { messages }: Final): Generator<Violation> {
  const rule = 'stored twice'
  const copies = new Map<string, string[]>()
  for (const { id, text, isDeleted } of messages) {
    if (isDeleted) continue
    const [said = ''] = text.split(' ', 1)
    copies.set(said, [...(copies.get(said) ?? []), id])
  }
  const acknowledged = new Map<string, string>()
  for (const { clientId, id } of ofType(history, 'acknowledged')) {
    const first = acknowledged.get(clientId) ?? id
    if (first !== id) yield { rule, detail: `${clientId} was acknowledged as ${first} and as ${id}` }
    acknowledged.set(clientId, first)
  }
  for (const { clientId } of ofType(history, 'sending')) {
    const ids = copies.get(clientId) ?? []
    if (ids.length > 1) yield { rule, detail: `${clientId} is stored as ${ids.join(', ')}` }
  }
}

/** Nobody who goes on trying tries for ever, and nobody is refused who was in the room all the time. */
export function* acknowledgedAtLast(history: History, { committed }: Final): Generator<Violation> {
  const rule = 'never acknowledged'
  const refused = ofType(history, 'refused')
  for (const { clientId, userId, roomId } of refused) {
    const wasOut = committed.some(
      (each) => each.roomId === roomId && each.about === 'member' && each.id === userId && !each.isIn,
    )
    if (!wasOut) yield { rule, detail: `${clientId} of a member was refused` }
  }
  const settled = new Set([...ofType(history, 'acknowledged'), ...refused].map(({ clientId }) => clientId))
  for (const { clientId } of ofType(history, 'sending')) if (!settled.has(clientId)) yield { rule, detail: clientId }
}

/** In each thread `threadSeq` counts 1, 2, 3 …, and the message that it is of says how many replies there are. */
export function* denseThreads({ messages }: Final): Generator<Violation> {
  const rule = 'a hole in a thread'
  const roots = new Map(messages.map((message) => [message.id, message]))
  const threads = new Map<string, Final['messages']>()
  for (const message of messages) {
    if (message.threadId !== null) threads.set(message.threadId, [...(threads.get(message.threadId) ?? []), message])
  }
  for (const [id, replies] of threads) {
    const { thread = null, roomId = '' } = roots.get(id) ?? {}
    const seqs = replies.map(({ threadSeq }) => threadSeq ?? 0)
    yield* countsTo(thread?.lastSeq ?? 0, seqs, rule, `${roomId}, thread ${id}`)
    const standing = replies.filter(({ isDeleted }) => !isDeleted).length
    if (thread?.count !== standing) yield { rule, detail: `thread ${id} says ${thread?.count} of ${standing} replies` }
  }
}

/** seq and revision count 1, 2, 3 … in each room; no number was left out and none was given twice. */
export function* dense({ rooms, messages, committed }: Final): Generator<Violation> {
  for (const { id, lastMessageSeq, revision } of rooms) {
    const seqs = messages.filter(({ roomId, isApart }) => roomId === id && !isApart).map(({ seq }) => seq)
    yield* countsTo(lastMessageSeq, seqs, 'a hole in seq', id)
    const revisions = committed.filter(({ roomId }) => roomId === id).map((commit) => commit.revision)
    yield* countsTo(revision, revisions, 'a hole in revision', id)
  }
}

function* countsTo(last: number, numbers: number[], rule: Violation['rule'], roomId: string): Generator<Violation> {
  numbers.sort((a, b) => a - b)
  const wrong = numbers.findIndex((number, n) => number !== n + 1)
  if (wrong >= 0) yield { rule, detail: `room ${roomId}: ${numbers[wrong]} stands where ${wrong + 1} should` }
  else if (numbers.length !== last) yield { rule, detail: `room ${roomId} counts ${last} and holds ${numbers.length}` }
}

/** Nobody has written into a room at a revision at which they were not in it. */
export function* writtenByMembers({ messages, committed }: Final): Generator<Violation> {
  const memberships = new Map<string, Committed[]>()
  for (const commit of committed) {
    if (commit.about !== 'member') continue
    const key = `${commit.roomId} ${commit.id}`
    memberships.set(key, [...(memberships.get(key) ?? []), commit])
  }
  for (const all of memberships.values()) all.sort((a, b) => a.revision - b.revision)
  for (const { roomId, userId, clientId, createdRevision } of messages) {
    // Those without a clientId are the system's, which says of somebody that they left.
    if (userId === null || clientId === null) continue
    const standing = memberships.get(`${roomId} ${userId}`)?.findLast(({ revision }) => revision < createdRevision)
    if (!standing?.isIn) yield { rule: 'written after removal', detail: `${clientId} at revision ${createdRevision}` }
  }
}
