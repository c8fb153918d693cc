import type { Mistake } from './mistake.js'

const file = 'subscriptions/subscription.test.ts'
const life = 'subscriptions/life.test.ts'

/** Mistakes that somebody could make in durable subscriptions. */
export const subscriptionMistakes: Mistake[] = [
  {
    name: 'notes that a subscription was told before it was',
    file: 'subscriptions/teller.ts',
    find: 'await this.#handle(events, roomId, attempt)',
    replace: 'await this.#move(roomId, upTo, false); await this.#handle(events, roomId, attempt)',
    caughtBy: {
      file,
      name: 'lets a room wait alone in which the handler throws, and tells it the same again before what came later',
    },
  },
  {
    name: 'takes a room that another server tells',
    file: 'subscriptions/subscription.ts',
    find: 'else if (heldUntil <= clock || heldBy === this.#parts.server)',
    replace: 'else if (heldUntil <= clock || heldBy !== null)',
    caughtBy: { file, name: 'is told nothing by a server while another one tells the room, and all of it after that' },
  },
  {
    name: 'lets a server that stood still note what it had told',
    file: 'store/subscriptions.ts',
    find: 'where: { name, roomId, heldBy: server },\n    data: { revision,',
    replace: 'where: { name, roomId },\n    data: { revision,',
    caughtBy: {
      file,
      name: 'is told by another server what one has held for too long, and that one notes nothing any more',
    },
  },
  {
    name: 'lets go of a room while its handler runs',
    file: 'subscriptions/subscription.ts',
    find: '.holdOn([...this.#telling.keys()])',
    replace: '.holdOn([])',
    caughtBy: { file: life, name: 'is held for longer, as long as its handler runs' },
  },
  {
    name: 'tells a new subscription what was before',
    file: 'store/subscriptions.ts',
    find: '  if (!fromNow) return\n',
    replace: '  if (fromNow) return\n',
    caughtBy: { file, name: 'begins with what happens from now on, or with all there is' },
  },
  {
    name: 'does not look for what other servers have committed',
    file: 'subscriptions/subscription.ts',
    find: '    await this.#moved.poll()\n',
    replace: '',
    caughtBy: {
      file,
      name: 'is told what a server without it has committed, and what a transaction of the host has, if that commits',
    },
  },
  {
    name: 'does not look for rooms whose time has come',
    file: 'subscriptions/subscription.ts',
    find: 'for (const roomId of await dueAmong(this.#on, this.name, roomsAtOnce)) this.note(roomId)',
    replace: '',
    caughtBy: { file: life, name: 'is told again once the wait is over, though the room has not moved of late' },
  },
  {
    name: 'counts a handler as failed that gave up since it was to stop',
    file: 'subscriptions/attempts.ts',
    find: 'const attempts = isOver ? attempt : attempt + 1',
    replace: 'const attempts = attempt + 1',
    caughtBy: { file: life, name: 'has its running handlers end before the chat is closed, and tells them so' },
  },
  {
    name: 'lets a subscription wait for its poll when a bus has told what another server did',
    file: 'realtime/hub.ts',
    find: '        this.#dependencies.publisher.movedElsewhere(hint.roomId)\n',
    replace: '',
    caughtBy: { file: life, name: 'is told at once what another server has committed, where a bus says so' },
  },
  {
    name: 'leaves rooms that a subscription does not name behind, to be told once it does',
    file: 'subscriptions/teller.ts',
    find: 'return void (await this.#move(roomId, standing, true))',
    replace: 'return void (await this.#move(roomId, behind.revision ?? 0, true))',
    caughtBy: { file: life, name: 'is told only the rooms that it names, and passes over the others for good' },
  },
]
