import type { RoomType } from '../../src/contract/permissions.js'
import { type Asker, askers, crowd, type Kind, type OfCrowd, type Place, places } from './askers.js'
import { isAskable, withPrivateRoom } from './crowd.js'
import { promised } from './protocol.js'
import type { Row, Status, Statuses } from './table/row.js'
import { statusesOf } from './table.js'

export interface Question {
  place: Place | 'anywhere'
  who: Asker | OfCrowd
  /** As `403 forbidden`; a success is its status alone. */
  expected: string
}

/** Whatever makes something to read, in a room that one reads, or keeps it in sight. */
const isWriting = ({ on }: Row): boolean =>
  /^(message\.(send|edit|pin|unpin)|reaction\.add|typing)$/.test(on) ||
  /^(POST|PATCH) .*\/(messages(\/:messageId)?|reactions)$/.test(on) ||
  /^(PUT|DELETE) .*\/pins\/:messageId$/.test(on)
const isSendingAnew = ({ on, what }: Row): boolean =>
  /^(message\.send|POST \/rooms\/:roomId\/messages)$/.test(on) &&
  what !== 'one whose clientId was seen, with another body' &&
  what !== 'one that is to be sent later'
const isJoining = ({ on, what }: Row): boolean => on === 'POST /rooms/:roomId/members' && what === 'oneself'
const isAdding = (what: string) => (row: Row) => row.on === 'POST /rooms/:roomId/members' && row.what === what
const isMentioningEveryone = ({ body }: Row): boolean =>
  typeof body === 'object' && body !== null && 'mentionsEveryone' in body
const isByLink = ({ on }: Row): boolean => on.includes(' /invites/:code')
const isFile = ({ on }: Row): boolean => on.startsWith('GET /media')
const isScheduled = ({ on }: Row): boolean => on.includes('/rooms/:roomId/scheduled')
const isForModerators = ({ on }: Row): boolean => on.includes(' /moderation/')
/** Of one's own rooms, those see it who are trusted with all. */
const isForOwnModerators = ({ on }: Row): boolean => on === 'GET /rooms/:roomId/messages/:messageId/edits'
const isAnswering = ({ on }: Row): boolean => /\/(accept|refuse)$/.test(on)
const namesBystander = ({ on, body }: Row): boolean =>
  on === 'POST /rooms' && JSON.stringify(body).includes('bystander')
const isRoomOfTwo = ({ on, what }: Row): boolean => on === 'POST /rooms' && what === 'a private room'
const namesSomebody = (row: Row): boolean =>
  namesBystander(row) || (/ \/users\/.*:userId/.test(row.on) && row.whose !== 'own')

interface Rule {
  of: readonly Question['who'][]
  rows: (row: Row) => boolean
  in?: readonly (Place | 'anywhere')[]
  answer: string | ((row: Row) => string)
}

const shared = places.filter((place) => place !== 'private' && place !== 'gone')
const open: Place[] = ['public', 'publicGroup']

/** Of another tenant, or of a room that is no more, nothing is there for anybody. */
const isNothing = (row: Row, place: Place | 'anywhere', who: Asker | OfCrowd): boolean => {
  // But for one's own file, which nothing shows any more, and what one was to say there.
  if (place === 'gone')
    return who !== 'nobody' && who !== 'signedOut' && !(row.whose === 'own' && (isFile(row) || isScheduled(row)))
  return who === 'foreigner' && (place !== 'anywhere' || namesSomebody(row) || isAnswering(row))
}

const fullMembers = ['admin', 'coOwner', 'silenced', 'blocker', 'blocked', 'unseeing'] as const

/** Who is a member of the rooms. */
export const isInside = (who: Question['who']): boolean =>
  [...fullMembers, 'member', 'without', 'with', 'owner'].includes(who)

/** Where somebody is not answered as their column of the table says. The first that applies decides. */
const rules: Rule[] = [
  // Nobody sends twice where it is slow, but for those who may delete what others said, and for what was sent already.
  { of: ['with', 'member'], in: ['slow'], rows: isSendingAnew, answer: '429 slow_mode' },
  // Silence and blocks.
  { of: ['silenced'], in: places.filter((place) => place !== 'gone'), rows: isWriting, answer: '403 silenced' },
  { of: ['silenced'], in: shared, rows: ({ on }) => on === 'PATCH /rooms/:roomId', answer: '403 silenced' },
  { of: ['blocker', 'blocked'], in: ['private'], rows: isWriting, answer: '403 blocked' },
  { of: ['blocker', 'blocked'], rows: isRoomOfTwo, answer: '200' },
  { of: ['blocker', 'blocked'], rows: namesBystander, answer: '403 blocked' },
  { of: ['blocker'], rows: ({ on, what }) => on.startsWith('PUT /users/me/blocks') && !what, answer: '200' },
  {
    of: ['unseeing'],
    rows: ({ on, whose }) => on === 'GET /users/:userId' && whose !== 'own',
    answer: '404 not_found',
  },
  // Of the private rooms this is the one where somebody holds every permission.
  {
    of: ['unseeing'],
    in: ['private'],
    rows: isMentioningEveryone,
    answer: ({ on }) => (on.startsWith('POST') ? '201' : '200'),
  },
  // Of the others, some have a private room with the bystander, or were asked into one.
  { of: ['admin', 'coOwner', 'silenced'], rows: isRoomOfTwo, answer: '201' },
  { of: ['asked', 'refuser'], rows: isRoomOfTwo, answer: '200' },
  // A link is of no use to them.
  { of: ['banned', 'removed'], rows: isByLink, answer: '404 not_found' },
  // Who was kept out, and who was removed from where anybody could come straight back to.
  { of: ['banned', 'removed'], in: open, rows: isJoining, answer: '403 banned' },
  { of: ['banned'], in: open, rows: isAdding('who is banned'), answer: '403 banned' },
  {
    of: ['removed', ...fullMembers, 'member', 'with', 'owner'],
    in: open,
    rows: isAdding('who was removed'),
    answer: '403 banned',
  },
  { of: ['admin'], in: shared, rows: ({ what }) => what === 'somebody else, as an admin', answer: '201' },
  {
    of: crowd.filter((who) => !isAskable(who) && who !== 'signedOut'),
    rows: ({ whose }) => whose === 'asked',
    answer: '404 not_found',
  },
  // Whom somebody asks sees the room, and answers.
  {
    of: ['asked'],
    rows: ({ on }) => on === 'GET /rooms/:roomId',
    in: ['private', 'group', 'channel', 'slow'],
    answer: '200',
  },
  {
    of: ['asked'],
    rows: ({ on, what }) => isAnswering({ on }) && what !== undefined,
    in: places.filter((place) => place !== 'gone'),
    answer: ({ on }) => (on.endsWith('accept') ? '200' : '204'),
  },
]

/** The kind of room of the table that a place is one of: its insiders are answered as there. */
const kindOf = (place: Place): Kind =>
  place === 'slow' || place === 'publicGroup' || place === 'gone' ? 'group' : place

const typeOf = (place: Place): RoomType => {
  const kind = kindOf(place)
  return kind === 'public' ? 'channel' : kind
}

const outside: Asker[] = ['nobody', 'stranger', 'leaver', 'other']

/** The table's columns in a place that it has no line for. */
function statusesIn(row: Row, place: Place): Statuses {
  const byKind = new Map(statusesOf(row))
  const statuses = byKind.get(kindOf(place)) as Statuses
  if (place !== 'publicGroup') return statuses
  const asPublic = byKind.get('public') as Statuses
  return askers.map((asker, n) => (outside.includes(asker) ? asPublic : statuses)[n]) as unknown as Statuses
}

/** Whose column of the table somebody is answered by; of a private room there is no admin, and nobody is silenced in one. */
function columnOf(who: OfCrowd, row: Row, place: Place | 'anywhere'): Asker | undefined {
  const isPrivate = place === 'private'
  switch (who) {
    case 'coOwner':
      // What an owner does to themselves, a second owner does not do to them.
      if (isPrivate) return
      return isForModerators(row) || isForOwnModerators(row) || row.whose === 'owner' ? 'with' : 'owner'
    case 'moderator':
      return isForModerators(row) ? 'owner' : 'stranger'
    case 'admin':
    case 'member': {
      if (isPrivate && who === 'admin') return
      const holds = (row.needs ? [row.needs, row.alsoNeeds ?? row.needs] : []).map((needed) =>
        promised(typeOf(place === 'anywhere' ? 'group' : place), who, needed),
      )
      if (row.alsoNeeds && holds.every(Boolean)) return 'owner'
      return holds[0] === false ? 'without' : 'with'
    }
    case 'silenced':
    case 'blocker':
    case 'blocked':
    case 'unseeing':
      if (isPrivate && !withPrivateRoom.includes(who)) return
      return row.alsoNeeds ? 'owner' : 'with'
    case 'removed':
      return isPrivate ? undefined : 'leaver'
    case 'signedOut':
      return 'nobody'
    default:
      return 'stranger'
  }
}

const codes: Record<number, string> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  429: 'slow_mode',
}

function textOf(row: Row, status: Status): string {
  if (typeof status === 'string') return status
  if (status < 300) return `${status}`
  return `${status} ${status === 409 && row.what?.includes('clientId') ? 'idempotency_conflict' : codes[status]}`
}

function expectedOf(row: Row, place: Place | 'anywhere', who: Asker | OfCrowd): string | undefined {
  const isOfTable = askers.includes(who as Asker)
  const column = isOfTable ? (who as Asker) : columnOf(who as OfCrowd, row, place)
  if (!column) return
  if (isNothing(row, place, who)) return '404 not_found'
  const statuses = place === 'anywhere' ? (row.anywhere as Statuses) : statusesIn(row, place)
  const rule = rules.find((rule) => rule.of.includes(who) && rule.rows(row) && (!rule.in || rule.in.includes(place)))
  if (rule) return typeof rule.answer === 'string' ? rule.answer : rule.answer(row)
  return textOf(row, statuses[askers.indexOf(column)] as Status)
}

const ofGone: Question['who'][] = ['nobody', 'leaver', 'with', 'owner', 'other', 'asked', 'moderator', 'foreigner']

/** That a room is slow is a matter of who writes; in one that is no more, who was a member is as good as the other. */
const isOf = (row: Row, place: Place | 'anywhere', who: Question['who']): boolean =>
  place === 'slow' ? isWriting(row) : place !== 'gone' || ofGone.includes(who)

/** What everybody is asked about a row, in these places; what is about no room is asked once. */
export function questionsOf(row: Row, where: readonly Place[]): Question[] {
  const asked = row.anywhere ? (['anywhere'] as const) : where
  return asked.flatMap((place) =>
    [...askers, ...crowd].flatMap((who) => {
      const expected = isOf(row, place, who) ? expectedOf(row, place, who) : undefined
      return expected === undefined ? [] : [{ place, who, expected }]
    }),
  )
}
