import type { Mistake } from './mistake.js'

const file = 'attacks/visibility.test.ts'
const meetings = 'realtime/meetings.test.ts'
const inRoom = 'is seen from the moment on at which both are in a room, and no more once they are in none'
const asking = 'is seen while they ask into a private room, by whom they ask, and sees them once they were let in'
const strangers = 'have a name and a picture, and when they are here is told to the people of their rooms alone'
const apart = 'hears no more of whom they share no room with any more, and again once they do'
const toldOnce = 'is told here too, with the next poll, and each change once, however long ago I came into the room'

/** Of who sees whom: strangers, tenants, `canSee`. */
export const sightMistakes: Mistake[] = [
  {
    name: 'lets a call add more people than the rate of adds lets through',
    file: 'core/limits.ts',
    find: "    ['addsPerCall', 'rates.adds.points', rates.adds.points, 'nobody could add so many'],\n",
    replace: '',
    caughtBy: {
      file: 'core/limits.test.ts',
      name: 'fit together: addsPerCall is not 50 where rates.adds.points is 49',
    },
  },
  {
    name: 'says again of one’s own side of a room what the poll has found',
    file: 'realtime/delivery/personal.ts',
    find: 'if (membershipState.knows(userId, roomId, state)) return',
    replace: '',
    caughtBy: {
      file: 'realtime/membership-state.test.ts',
      name: 'is told once where the poll finds it before whoever changed it has said so',
    },
  },
  {
    name: 'mutes a room so that no other server finds it',
    file: 'store/own-side.ts',
    find: '[...sets, ownChangeSql]',
    replace: '[...sets, "me_changed_at = COALESCE(me_changed_at, ?)"]',
    caughtBy: { file: 'realtime/two-servers.test.ts', name: toldOnce },
  },
  {
    name: 'reads many rooms without counting that as a change of one’s own',
    file: 'store/own-side.ts',
    find: 'me_revision = me_revision + 1',
    replace: 'me_revision = me_revision',
    caughtBy: { file: 'realtime/two-servers.test.ts', name: toldOnce },
  },
  {
    name: 'tells of a room that was joined just now also that one’s own side of it changed',
    file: 'realtime/membership-state.ts',
    find: ' || meChangedAt?.getTime() === joinedAt.getTime()',
    replace: '',
    caughtBy: {
      file: 'realtime/membership-state.test.ts',
      name: 'is no news of a room in which they have done nothing but join: they are told by itself that it is theirs',
    },
  },
  {
    name: 'shows a stranger’s presence',
    file: 'core/watching.ts',
    find: '[grounds.get(id)]',
    replace: "[grounds.get(id) ?? { by: 'host' as const }]",
    caughtBy: { file, name: strangers },
  },
  {
    name: 'tells a stranger when somebody was here',
    file: 'core/users.ts',
    find: '(await knownTo(this.context, viewer, [row])).has(id)',
    replace: 'true',
    caughtBy: { file, name: strangers },
  },
  {
    name: 'finds people of another tenant',
    file: 'core/users.ts',
    find: 'searchUserIds(work, tenantId, q,',
    replace: 'searchUserIds(work, undefined, q,',
    caughtBy: {
      file: 'attacks/tenants.test.ts',
      name: 'do not find people or public rooms of each other, by name or in the list',
    },
  },
  {
    name: 'lets a watch outlive what it was allowed for',
    file: 'realtime/presence.ts',
    find: 'await this.watching.goOn([...watches.values()], this.failed)',
    replace: "[...watches.values()].map((watch) => ({ ...watch, ground: { by: 'host' as const } }))",
    caughtBy: { file, name: apart },
  },
  {
    name: 'looks for strangers no more after somebody has come into a room of theirs',
    file: 'realtime/meetings.ts',
    find: "type === 'member.added' ? isStranger : isBy(roomId)",
    replace: "type === 'member.added' ? () => false : isBy(roomId)",
    caughtBy: { file: meetings, name: inRoom },
  },
  {
    name: 'looks for strangers no more after whoever watches has come into a room of theirs',
    file: 'realtime/meetings.ts',
    find: 'lookAgain(connection, isStranger)\n  }\n\n  left',
    replace: 'lookAgain(connection, () => false)\n  }\n\n  left',
    caughtBy: { file: meetings, name: inRoom },
  },
  {
    name: 'shows as online whom one may know of no more',
    file: 'realtime/presence.ts',
    find: 'if (!found && !isMeeting) return',
    replace: 'if (!found) return',
    caughtBy: { file: meetings, name: inRoom },
  },
  {
    name: 'looks not again at whom somebody asks into a private room',
    file: 'realtime/meetings.ts',
    find: 'lookAgain(connection, isAny, userId)',
    replace: 'lookAgain(connection, () => false, userId)',
    caughtBy: { file: meetings, name: asking },
  },
  {
    name: 'believes what was read of strangers before they parted',
    file: 'realtime/presence.ts',
    find: 'isBeginning || this.#underWay.has(subscription) || isTouched',
    replace: 'isTouched',
    caughtBy: {
      file: meetings,
      name: 'is looked for once more where the two part while they are being looked for, in the answer as well',
    },
  },
  {
    name: 'does not look again at strangers where the database was away',
    file: 'realtime/presence.ts',
    find: 'if (this.#subscriptionOf(each) === subscription) this.#due.set(subscription, each)',
    replace: 'if (this.#subscriptionOf(each) !== subscription) this.#due.set(subscription, each)',
    caughtBy: { file: meetings, name: 'is looked for again by the next poll where the database was away' },
  },
  {
    name: 'counts a room that whoever watches has left',
    file: 'store/sight.ts',
    find: '.left_at IS NULL`\n',
    replace: '.user_id IS NOT NULL`\n',
    caughtBy: { file, name: apart },
  },
  {
    name: 'counts the private room of two of whom one blocks the other',
    file: 'store/sight.ts',
    find: 'c.is_blocked = ?',
    replace: '(c.is_blocked = ? OR 1 = 1)',
    caughtBy: { file, name: 'hears no more where one of the two blocks the other in their private room' },
  },
  {
    name: 'goes on telling of who became one of another tenant',
    file: 'core/watching.ts',
    find: '.filter(({ viewerId, userId }) => tenants.get(viewerId) === tenants.get(userId))',
    replace: '.filter(() => tenants.size > 0)',
    caughtBy: { file, name: 'hears no more of who became one of another tenant' },
  },
  {
    name: 'shows whoever asks when whom they ask was here',
    file: 'core/sight.ts',
    find: '(isIn && !isBlocked)',
    replace: '(isIn || !isBlocked)',
    caughtBy: { file, name: 'who ask to write to somebody are seen by them, and see nothing until they are let in' },
  },
  {
    name: 'tells when the writer of a message was here last',
    file: 'core/view.ts',
    find: 'row.userId === null ? null : this.userOr(user, row.userId)',
    replace: 'row.userId === null ? null : this.userOr(user, row.userId, true)',
    caughtBy: { file, name: 'are strangers again after they left, and in what they said they were never here' },
  },
  {
    name: 'asks the host about everybody at once',
    file: 'core/sight.ts',
    find: 'const askedAtOnce = 20',
    replace: 'const askedAtOnce = 2_000',
    caughtBy: { file, name: 'is asked about 20 people at once, in one call' },
  },
  {
    name: 'shows whoever asks in a blocked room to whom they ask',
    file: 'store/sight.ts',
    find: "room: { type: 'private', deletedAt: null, isBlocked: false },",
    replace: "room: { type: 'private', deletedAt: null },",
    caughtBy: {
      file: 'attacks/visibility.test.ts',
      name: 'who block somebody whom they have asked are not seen by them, until they end it',
    },
  },
  {
    name: 'shows in a request when whoever asks was here, though they have blocked the other',
    file: 'core/requests.ts',
    find: 'isPrivate && !room.isBlocked && !view',
    replace: 'isPrivate && !view',
    caughtBy: {
      file: 'attacks/visibility.test.ts',
      name: 'who block somebody whom they have asked are not seen by them, until they end it',
    },
  },
]
