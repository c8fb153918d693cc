import type { Mistake } from './mistake.js'

/** Of who comes in, who is kept out, and who may do what to whom. */
export const memberMistakes: Mistake[] = [
  {
    name: 'makes the first who joins a room of the host its owner',
    file: 'core/room-joining.ts',
    find: "  const { role = 'member' } = asked\n",
    replace: "  const { role = room.memberCount === 0 ? 'owner' : 'member' } = asked\n",
    caughtBy: {
      file: 'attacks/ownership.test.ts',
      name: 'does not go to the first stranger who joins a room of the host',
    },
  },
  {
    name: 'lets a co-owner demote the founder',
    file: 'core/room-granting.ts',
    find: 'if (grantor) authorizeTouching(room, grantor, target)',
    replace: 'if (grantor && role === undefined) authorizeTouching(room, grantor, target)',
    caughtBy: {
      file: 'attacks/ownership.test.ts',
      name: 'is not taken from the founder by a co-owner, nor any of what it brings',
    },
  },
  {
    name: 'gives somebody who comes back the whole preset',
    file: 'core/room-joining.ts',
    find: "const isNew = actor === system || (grantor?.role === 'owner' && !isInvited)",
    replace: "const isNew = actor === system || (grantor?.role !== 'member' && !isInvited)",
    caughtBy: {
      file: 'attacks/ownership.test.ts',
      name: 'does not come by removing somebody and adding them again with more',
    },
  },
  {
    name: 'gives an heir back what was taken from them',
    file: 'core/room-leaving.ts',
    find: 'withoutTaken(capped(presets.owner, left), presets[heir.role], heir)',
    replace: 'capped(presets.owner, left)',
    caughtBy: { file: 'attacks/ownership.test.ts', name: 'gives an heir nothing back that was taken from them' },
  },
  {
    name: 'lets people into a new room whom the host would not let in',
    file: 'core/room-making.ts',
    find: 'comer.userId === actor ? comer : await ask(',
    replace: "comer.userId !== '' ? comer : await ask(",
    caughtBy: {
      file: 'attacks/every-way-in.test.ts',
      name: 'refuses a new room as a whole where the host refuses one of its people',
    },
  },
]
