import type { Mistake } from './mistake.js'

const data = 'core/data.test.ts'
const keys = 'core/room-keys.test.ts'

/** Of what is the host's own: keys of rooms, data, and names under which it speaks. */
export const dataMistakes: Mistake[] = [
  {
    name: 'stores the data of a client without asking the schema',
    file: 'core/data.ts',
    find: "if (giver === 'host' || !schema || !given.data) return given",
    replace: 'if (giver || !schema || !given.data) return given',
    caughtBy: {
      file: data,
      name: 'of a client that the schema refuses is an error that says where, over HTTP and the socket',
    },
  },
  {
    name: 'takes data of clients where there is no schema',
    file: 'core/data.ts',
    find: "if (giver === 'client' && !schemas[of]) {",
    replace: "if (giver === 'client' && !schemas) {",
    caughtBy: { file: data, name: 'is not taken from clients without a schema, which says so' },
  },
  {
    name: 'lets a message overtake one whose data is being looked at',
    file: 'core/messages.ts',
    find: "(giver === 'client' && data.message))\n    const isInTurn = isAsked || input.forward || this.#mutex.has(turnOf(actor, roomId))",
    replace: "(giver === 'client' && data.message && input.data))\n    const isInTurn = isAsked || input.forward",
    caughtBy: { file: data, name: 'that is looked at for long keeps the order in which its sender spoke' },
  },
  {
    name: 'takes the same data in another order for another message',
    file: 'core/body-hash.ts',
    find: 'const order = given.length > 0 ? sorted : undefined',
    replace: 'const order = given.length < 0 ? sorted : undefined',
    caughtBy: {
      file: data,
      name: 'belongs to what makes a message the same one, whatever the order of its keys',
    },
  },
  {
    name: 'compares what the schema made in place of what was sent',
    file: 'core/messages.ts',
    find: 'const appending = append(appendOf(actor, roomId, draft, input, forwarded))',
    replace: 'const appending = append(appendOf(actor, roomId, draft, draft, forwarded))',
    caughtBy: {
      file: data,
      name: 'of a client is what the schema makes of it, and what it sent is what makes it the same message',
    },
  },
  {
    name: 'looks no deeper into data than its first level',
    file: 'contract/data.ts',
    find: 'faultIn(inner, [...path, key], budget)',
    replace: 'undefined',
    caughtBy: { file: data, name: 'that is no JSON is refused, with where it is: NaN' },
  },
  {
    name: 'tells who makes a room at the same moment that there is one',
    file: 'core/rooms.ts',
    find: "if (failureOf(error) !== 'unique' || tries === 1) throw error",
    replace: 'if (tries > 0) throw error',
    caughtBy: { file: keys, name: 'is made once also when forty ask at once, on two servers' },
  },
  {
    name: 'keeps the key of a room that was deleted',
    file: 'core/room-closing.ts',
    find: ', pairKey: null, key: null })',
    replace: ', pairKey: null })',
    caughtBy: { file: keys, name: 'is free again once it is deleted' },
  },
  {
    name: 'shows the room of a key to who is not in it',
    file: 'core/rooms.ts',
    find: 'seen.filter(({ member }) => member),',
    replace: 'seen,',
    caughtBy: { file: keys, name: 'is found by its members alone, as a page of one, and no client gives a key' },
  },
  {
    name: 'lets members edit what a bot said',
    file: 'core/messages.ts',
    find: "if (message.userId === null && what === 'Edit' && actor !== system)",
    replace: 'if (false)',
    caughtBy: {
      file: 'core/said-as.test.ts',
      name: 'is reacted to, reported and deleted as others are, and edited by the host alone',
    },
  },
]
