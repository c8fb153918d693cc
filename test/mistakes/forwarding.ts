import type { Mistake } from './mistake.js'

const file = 'core/forwarding.test.ts'

/** Of messages that are forwarded. */
export const forwardingMistakes: Mistake[] = [
  {
    name: 'tells who forwards that there is a public room which they are not in',
    file: 'core/forwarding.ts',
    find: 'requireMember(db, roomId, actor).catch(asNothing)',
    replace: 'requireMember(db, roomId, actor)',
    caughtBy: { file, name: 'is one that its sender sees: else there is nothing' },
  },
  {
    name: 'refuses a retry of a message whose original is gone by now',
    file: 'store/append/validate.ts',
    find: '  // Twice in one batch: the second',
    replace: '  if (request.refusal) return refused(request.refusal)\n  // Twice in one batch: the second',
    caughtBy: {
      file,
      name: 'is one message under its clientId, also once the original is gone, and another body is refused',
    },
  },
  {
    name: 'lets a message overtake one that is being forwarded',
    file: 'core/messages.ts',
    find: ' || this.#mutex.has(turnOf(actor, roomId))',
    replace: '',
    caughtBy: { file, name: 'keeps its place before what its sender writes at once after it' },
  },
]
