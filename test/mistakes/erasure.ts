import type { Mistake } from './mistake.js'

const file = 'core/erasure/erasure.test.ts'
const proof = {
  file: 'core/erasure/proof.test.ts',
  name: 'is in no column of any table and in no file, and nothing brings anything of theirs back',
}

/** Of the erasure of users. */
export const erasureMistakes: Mistake[] = [
  {
    name: 'leaves what others forwarded of somebody who is erased',
    file: 'core/erasure/messages.ts',
    find: '((isOwn && isSaid) || isForwarded)',
    replace: '(isOwn && isSaid)',
    caughtBy: proof,
  },
  {
    name: 'leaves who is erased in what the system said of others and them',
    file: 'core/erasure/erased.ts',
    find: 'actorId: actorId === userId ? null : actorId',
    replace: 'actorId',
    caughtBy: proof,
  },
  {
    name: 'leaves in the copies of reports what was said by somebody who is erased',
    file: 'core/erasure/rows.ts',
    find: "messages === 'delete' ? emptied : kept",
    replace: 'kept',
    caughtBy: proof,
  },
  {
    name: 'forgets a file of somebody who is erased before it is gone from the store',
    file: 'core/erasure/media.ts',
    find: '    await storage.delete(storageKey)\n',
    replace: '    storage.delete(storageKey).catch(() => undefined)\n',
    caughtBy: { file, name: 'waits for a store that is away, and is done by any server once that is back' },
  },
  {
    name: 'lets somebody come back while everything of theirs is being erased',
    file: 'store/erasures.ts',
    find: '(await findErasureOf(db, userId)) !== null',
    replace: '(await findErasureOf(db, userId)) === undefined',
    caughtBy: { file, name: 'lets them neither connect, nor write, nor be added until it is done, on any server' },
  },
  {
    name: 'lets a client go on with a list of members of which one is gone without a trace',
    file: 'core/changes.ts',
    find: 'const isErased = since < room.erasedRevision',
    replace: 'const isErased = since > room.revision',
    caughtBy: {
      file,
      name: 'tells the rooms, which have an owner afterwards, count what is to be read and what is in threads',
    },
  },
  {
    name: 'leaves a room without an owner when that is erased',
    file: 'core/erasure/rooms.ts',
    find: '    await bequeath(context, change, target, permissionsOf(target))\n',
    replace: '    void [bequeath, permissionsOf]\n',
    caughtBy: {
      file,
      name: 'tells the rooms, which have an owner afterwards, count what is to be read and what is in threads',
    },
  },
  {
    name: 'never takes up an erasure that a server left which was killed',
    file: 'core/erasure/erasing.ts',
    find: 'const due = await dueErasures(work.db, now, mostAtOnce)',
    replace: 'const due = (await dueErasures(work.db, now, mostAtOnce)).filter(({ revision }) => revision === 0)',
    caughtBy: {
      file: 'bad-days/erasure-killed.test.ts',
      name: 'lose nothing of it: another goes on where they were, a minute later',
    },
  },
  {
    name: 'gives somebody with their data what others said in the same room',
    file: 'store/exports.ts',
    find: 'where: { roomId, userId, kind',
    replace: 'where: { roomId, kind',
    caughtBy: { file: 'core/exports.test.ts', name: 'has all that they did and said, and nothing that others said' },
  },
]
