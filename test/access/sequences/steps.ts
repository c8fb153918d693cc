import fc, { type Arbitrary } from 'fast-check'
import { newId } from '../../../src/store/ids.js'
import type { Answer, Caller, TestHost } from '../../host.js'
import { type Person, people, type Step, tenantOf } from './model.js'

const until = '2999-12-31T23:59:59.000Z'
const person = fc.constantFrom<Person>(...people)

type Does = Step extends infer Each ? (Each extends Step ? Omit<Each, 'by' | 'room' | 'who'> : never) : never
const plain = (...names: ('turn to' | 'join' | 'leave' | 'add' | 'ban' | 'unban' | 'accept' | 'refuse')[]) =>
  fc.record({ does: fc.constantFrom(...names) })

const does = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constant('make' as const), isPublic: fc.boolean() }) },
  {
    weight: 16,
    arbitrary: plain('turn to', 'join', 'leave', 'add', 'add', 'add', 'ban', 'unban'),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('send' as const),
      via: fc.constantFrom('http' as const, 'socket' as const),
      what: fc.constantFrom('text' as const, 'text' as const, 'reply' as const, 'forward' as const),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      does: fc.constantFrom('react' as const, 'pin' as const, 'follow a link' as const, 'follow a link' as const),
    }),
  },
  { weight: 6, arbitrary: plain('accept', 'refuse') },
  {
    weight: 9,
    arbitrary: fc.record({ does: fc.constantFrom('block' as const, 'block' as const, 'unblock' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), ban: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ does: fc.constantFrom('silence' as const, 'slow' as const), isOver: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('moderate' as const),
      deed: fc.constantFrom('remove' as const, 'ban' as const, 'unban' as const, 'silence' as const),
    }),
  },
) as Arbitrary<Does>

const stepOf = (does: Arbitrary<Does>): Arbitrary<Step> =>
  fc
    .record({ by: person, who: person, room: fc.nat({ max: 2 }), does })
    .map(({ does, ...step }) => ({ ...step, ...does }) as Step)

/** Two rooms first, in which most is done then. */
export const sequence: Arbitrary<Step[]> = fc
  .record({
    first: fc.array(stepOf(fc.record({ does: fc.constant('make' as const), isPublic: fc.boolean() })), {
      minLength: 2,
      maxLength: 3,
    }),
    following: fc.array(stepOf(does), { minLength: 30, maxLength: 60, size: 'max' }),
  })
  .map(({ first, following }) => [...first.map(atHome), ...following.map(sensible)])

/** Of the first rooms none is refused for its tenants. */
const atHome = (step: Step): Step => sensible({ ...step, by: ours(step.by), who: ours(step.who) })
const ours = (person: Person): Person => (tenantOf(person) === undefined ? person : 'alice')

/** Frank is the last, and nobody's neighbour. Nobody makes a room with themselves, or turns to themselves: that is refused for its form. */
function sensible(step: Step): Step {
  const isWithOther = step.does === 'make' || step.does === 'turn to' || step.does === 'add'
  if (!isWithOther || step.by !== step.who) return step
  return { ...step, who: people[(people.indexOf(step.by) + 1) % (people.length - 1)] as Person }
}

export type IdOf = (person: Person | 'mona') => string

/** A room as it was made: with a message that has a thread, and a link into it. */
export interface MadeRoom {
  id: string
  messageId: string
  code: string
}

const noRoom: MadeRoom = { id: 'never', messageId: 'never', code: 'never' }

/** Does it over HTTP, or over a socket of its own where the step says so; each sequence has people of its own, who are called by their names in it. */
export function perform(
  host: TestHost,
  idOf: IdOf,
  rooms: MadeRoom[],
  step: Step,
): Promise<Pick<Answer, 'status' | 'body'>> {
  const [api, who] = [host.as(idOf(step.by)), idOf(step.who)]
  const made = rooms[step.room] ?? noRoom
  const room = `/rooms/${made.id}`
  switch (step.does) {
    case 'make':
      return api.post('/rooms', { type: 'group', name: 'A room', isPublic: step.isPublic, userIds: [who] })
    case 'turn to':
      return api.post('/rooms', { type: 'private', userIds: [who] })
    case 'join':
      return api.post(`${room}/members`, { userId: 'me' })
    case 'leave':
      return api.delete(`${room}/members/me`)
    case 'add':
      return api.post(`${room}/members`, { userId: who })
    case 'remove':
      return api.delete(`${room}/members/${who}${step.ban === undefined ? '' : `?ban=${step.ban}`}`)
    case 'ban':
      return api.put(`${room}/bans/${who}`, {})
    case 'unban':
      return api.delete(`${room}/bans/${who}`)
    case 'silence':
      return api.patch(`${room}/members/${who}`, { silencedUntil: step.isOver ? null : until })
    case 'slow':
      return api.patch(room, { slowModeSeconds: step.isOver ? 0 : 21_600 })
    case 'send':
      if (step.via === 'socket') return say(host, idOf(step.by), made.id, bodyOf(made, step.what))
      return api.post(`${room}/messages`, bodyOf(made, step.what))
    case 'react':
      return api.post(`${room}/messages/${made.messageId}/reactions`, { reaction: '👍' })
    case 'pin':
      return api.put(`${room}/pins/${made.messageId}`)
    case 'follow a link':
      return api.post(`/invites/${made.code}/join`)
    case 'accept':
    case 'refuse':
      return api.post(`${room}/${step.does}`)
    case 'block':
      return api.put(`/users/me/blocks/${who}`)
    case 'unblock':
      return api.delete(`/users/me/blocks/${who}`)
    case 'moderate':
      return moderate(host.as(idOf('mona')), `/moderation${room}`, who, step.deed)
  }
}

const bodyOf = ({ id: roomId, messageId }: MadeRoom, what: 'text' | 'reply' | 'forward') =>
  what === 'forward'
    ? { forward: { roomId, messageId } }
    : { text: 'Hello', ...(what === 'reply' && { threadId: messageId }) }

/** Told as HTTP tells it. */
async function say(
  host: TestHost,
  userId: string,
  roomId: string,
  body: object,
): Promise<Pick<Answer, 'status' | 'body'>> {
  const socket = await host.socket(userId)
  await socket.ready()
  const { type, result, problem } = await socket.command('message.send', { roomId, clientId: newId(), ...body })
  await socket.close()
  return type === 'ok' ? { status: 201, body: result } : { status: problem.status, body: problem }
}

function moderate(mona: Caller, room: string, who: string, deed: 'remove' | 'ban' | 'unban' | 'silence') {
  if (deed === 'remove') return mona.delete(`${room}/members/${who}`)
  if (deed === 'ban') return mona.put(`${room}/bans/${who}`, {})
  if (deed === 'unban') return mona.delete(`${room}/bans/${who}`)
  return mona.patch(`${room}/members/${who}`, { silencedUntil: until })
}
