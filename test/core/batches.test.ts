import { describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

const poison = 'refused by the database'

/** What the database of a host may have of its own, or a fault in it: one text that it does not take. */
const refusing: Record<TestDatabase['name'], string> = {
  sqlite: `CREATE TRIGGER refusing BEFORE INSERT ON chat_messages WHEN NEW.text = '${poison}'
           BEGIN SELECT RAISE(ABORT, 'no'); END`,
  postgresql: `ALTER TABLE chat_messages ADD CONSTRAINT refusing CHECK (text <> '${poison}')`,
  mysql: `ALTER TABLE chat_messages ADD CONSTRAINT refusing CHECK (text <> '${poison}')`,
}

describe.each(databases)('messages that are stored together on $name', (database) => {
  const logged: unknown[] = []
  const logger = { warn: () => undefined, error: (_text: string, error?: unknown) => void logged.push(error) }
  const host = shareHost(database, { logger })

  it('are stored also where the database refuses one of them, which alone fails', async () => {
    await host.database.execute(refusing[database.name])
    const [room, other] = [await givenGroup(host, 'alice', 'bob', 'carol'), await givenGroup(host, 'alice', 'bob')]
    const sockets = await Promise.all(['alice', 'bob'].map((userId) => host.socket(userId)))
    await Promise.all(sockets.map((socket) => socket.ready()))
    const { messages } = host.chat
    for (const round of [1, 2]) {
      const say = (userId: string, to: typeof room, text: string, clientId: string) =>
        messages.send(userId, to.id, { text, clientId: `${clientId} ${round}` })
      // The first one is under way alone, the others wait and go together.
      const sent = await Promise.allSettled([
        say('alice', room, 'Before', 'a'),
        say('alice', room, 'One', 'b'),
        say('bob', room, poison, 'c'),
        say('carol', room, 'Two', 'd'),
        say('bob', other, 'Elsewhere', 'e'),
        say('bob', room, 'Three', 'f'),
      ])
      expect(sent.map(({ status }) => status)).toEqual([
        ...['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
      ])
      const seqs = sent.flatMap((result) => (result.status === 'fulfilled' ? result.value.seq : []))
      const first = seqs[0] as number
      expect(seqs).toEqual([first, first + 1, first + 2, round + 1, first + 3])
    }
    // As one that came alone, and as the others are told of it: with no number of its own.
    const alone = await room.as('bob').post('/messages', { text: poison })
    expect([alone.status, alone.body.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(logged)).not.toBe('[]')
    const last = await room.say('carol', 'The end')
    expect(last.seq).toBe(1 + 4 + 4 + 1)
    const stored = (await room.as('alice').get('/messages')).body.items
    const texts = ['Before', 'One', 'Two', 'Three']
    expect(stored.map(({ text }: { text: string }) => text).slice(1)).toEqual([...texts, ...texts, 'The end'])
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: last.seq, revision: last.revision })
    for (const socket of sockets) {
      await socket.until(() => socket.events(room.id).some(({ message }) => message?.id === last.id), 'the last')
      const told = socket.events(room.id)
      expect(told.map(({ message }) => message.text)).toEqual([...texts, ...texts, 'The end'])
      expect(told.map(({ revision }) => revision)).toEqual(told.map((_, n) => last.revision - told.length + 1 + n))
    }
  })
})
