import { expect, it } from 'vitest'
import { RoomChange } from '../../src/store/change.js'
import type { Db } from '../../src/store/client.js'
import type { RoomRow } from '../../src/store/rooms.js'

const room = { id: 'room', revision: 4, lastMessageSeq: 0 } as RoomRow
const nothingWritten = { chatRoom: { updateMany: () => expect.fail('nothing is written') } } as unknown as Db

it('a change that takes a revision and tells nothing of it fails, whatever it has written', async () => {
  const change = new RoomChange(nothingWritten, new Date(), { ...room }, 5)
  change.takeRevision()
  await expect(change.finish()).rejects.toThrow('a revision was taken of which no event tells')
})
