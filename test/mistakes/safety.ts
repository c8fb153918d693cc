import type { Mistake } from './mistake.js'

/** Of blocks, reports, moderators and the audit. */
export const safetyMistakes: Mistake[] = [
  {
    name: 'lets somebody who is silenced speak by the name of the room',
    file: 'core/rooms.ts',
    find: '      checkSilence(this.context, acting)\n',
    replace: '',
    caughtBy: {
      file: 'attacks/silence.test.ts',
      name: 'has no way around it: not by a thread, by what others said, by a pin or by the room itself',
    },
  },
  {
    name: 'forgets the silence of somebody who has yet to accept',
    file: 'core/room-joining.ts',
    find: 'silencedUntil: existing?.silencedUntil ?? null',
    replace: 'silencedUntil: former?.silencedUntil ?? null',
    caughtBy: {
      file: 'attacks/silence.test.ts',
      name: 'is silenced from the first moment, where that was said before they had accepted',
    },
  },
  {
    name: 'makes the private room of two people while one of them blocks the other',
    file: 'core/block-rules.ts',
    find: '  await lockPeople({ db: tx, dialect }, [one, other])\n',
    replace: '',
    caughtBy: {
      file: 'attacks/blocks.test.ts',
      name: 'waits for a room of the two that is being made',
      on: 'postgresql',
    },
  },
  {
    name: 'sends into a private room in which one blocks the other',
    file: 'core/messages.ts',
    find: '    if (room.isBlocked) return blocked()\n',
    replace: '',
    caughtBy: {
      file: 'attacks/blocks.test.ts',
      name: 'ends what either writes in their private room, by the same words for both',
    },
  },
  {
    name: 'lets a block end with the first of two',
    file: 'core/blocks.ts',
    find: '(await blockedAmong(tx, userId, [blockedId])).size > 0',
    replace: '(await findBlock(tx, userId, blockedId)) !== null',
    caughtBy: { file: 'attacks/blocks.test.ts', name: 'ends with the last of the two blocks' },
  },
  {
    name: 'takes for a moderator whoever the host says anything of',
    file: 'core/identity.ts',
    find: '(await this.moderates?.(user, request)) === true',
    replace: 'Boolean(await this.moderates?.(user, request))',
    caughtBy: {
      file: 'attacks/moderators.test.ts',
      name: 'are those alone whom the host says to be; for all others there is nothing there',
    },
  },
  {
    name: 'lets a moderator read unseen',
    file: 'core/moderation.ts',
    find: '    await this.#audit(userId, roomId)\n    return room\n',
    replace: '    return room\n',
    caughtBy: {
      file: 'attacks/moderators.test.ts',
      name: 'read any room, which is audited once, and not at each request',
    },
  },
  {
    name: 'sweeps up a file that a report names',
    file: 'store/sweep.ts',
    find: ' || (await isUnderReport(tx, id))',
    replace: '',
    caughtBy: { file: 'attacks/reports.test.ts', name: 'keep a file while they are open' },
  },
  {
    name: 'keeps no entry of who removed somebody',
    file: 'core/room-leaving.ts',
    find: 'if (actor !== userId) await auditIn',
    replace: 'if (actor === userId) await auditIn',
    caughtBy: { file: 'attacks/audit.test.ts', name: 'names who removed whom, and the application as nobody' },
  },
  {
    name: 'lets one user have as many sockets on each server',
    file: 'core/presence.ts',
    find: 'if (crowded.length > 0) this.listener.crowded(crowded)',
    replace: 'if (crowded.length < 0) this.listener.crowded(crowded)',
    caughtBy: {
      file: 'attacks/several-servers.test.ts',
      name: 'are counted together, and who holds the most closes the oldest',
    },
  },
  {
    name: 'does not look again which sockets have to go if one comes while it looks',
    file: 'realtime/connections.ts',
    find: `    this.#crowded.set(userId, true)
    if (isUnderWay) return
`,
    replace: `    if (isUnderWay) return
    this.#crowded.set(userId, true)
`,
    caughtBy: {
      file: 'attacks/several-servers.test.ts',
      name: 'leave the newest, also if it comes while a server has just read which of them has to go',
    },
  },
  {
    name: 'stores of everybody who comes back what is stored',
    file: 'core/presence.ts',
    find: '(isNews(each) || this.#suspects.has(each.userId))',
    replace: 'true',
    caughtBy: {
      file: 'realtime/presence.test.ts',
      name: 'costs no statement of those who come back with as many sockets as they had, however many they are',
    },
  },
  {
    name: 'makes a statement for each of a crowd',
    file: 'concurrency/batcher.ts',
    find: 'this.#waiting.length < wanted',
    replace: 'this.#waiting.length < 0',
    caughtBy: {
      file: 'concurrency/batcher.test.ts',
      name: 'are a few more for ten times as many who come one by one, and not ten times as many',
    },
  },
  {
    name: 'closes the newest socket of all',
    file: 'core/surplus.ts',
    find: 'other.sockets > one.sockets',
    replace: 'other.sockets >= one.sockets',
    caughtBy: { file: 'core/surplus.test.ts', name: 'is in all what is too much, and never the newest of all' },
  },
  {
    name: 'lets whoever was refused a message take the lock for each further one',
    file: 'store/append/refused-lately.ts',
    find: 'this.#until.set(key, performance.now() + forMs)',
    replace: 'this.#until.set(key, performance.now())',
    caughtBy: {
      file: 'attacks/outsiders.test.ts',
      name: 'and so is carol, whose message was refused before, with the next one',
    },
  },
  {
    name: 'accepts a request into more rooms than one may be in',
    file: 'core/requests.ts',
    find: '      await checkRoomsOf(this.context, acting.db, userId, [userId])\n',
    replace: '',
    caughtBy: {
      file: 'attacks/consent.test.ts',
      name: 'nobody accepts more than the rooms that one may be in, and may once they have left one',
    },
  },
  {
    name: 'does not say that a room may be refused to who is in too many',
    file: 'http/routes/rooms.ts',
    find: "refusals: ['forbidden', 'not_found', 'conflict', 'rejected']",
    replace: "refusals: ['forbidden', 'not_found', 'rejected']",
    caughtBy: {
      file: 'documented.test.ts',
      name: 'those of its route, each, and no status that the route is not documented to answer with',
    },
  },
]
