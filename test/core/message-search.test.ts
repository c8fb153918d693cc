import { describe, expect, it } from 'vitest'
import { tables } from '../databases/tables.js'
import { databases, type TestDatabase } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('searching the messages of a room on $name', (database) => {
  const host = shareHost(database)

  async function found(room: GivenRoom, q: string): Promise<string[]> {
    const { status, body } = await room.as('bob').get(`/messages?q=${encodeURIComponent(q)}`)
    expect(status).toBe(200)
    return body.items.map((message: { text: string }) => message.text)
  }

  it('finds what contains the words, newest first, in any case', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    for (const text of ['Meet at noon', 'AFTERNOON is better', 'Evening?', 'noon it is']) await room.say('alice', text)
    expect(await found(room, 'Noon')).toEqual(['noon it is', 'AFTERNOON is better', 'Meet at noon'])
    expect(await found(room, 'at noon')).toEqual(['Meet at noon'])
    expect(await found(room, 'midnight')).toEqual([])
  })

  it('knows upper and lower case in every alphabet, and takes é for é however it is written', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const texts = [
      'École',
      'la ÉCOLE',
      'ecole',
      'E\u0301COLE de nouveau',
      'Привет',
      'ΑΛΦΑ',
      'ΟΔΟΣΗΜΑ',
      '학교에 가요',
      'cafe\u0301s',
    ]
    for (const text of texts) await room.say('alice', text)
    const schools = ['E\u0301COLE de nouveau', 'la ÉCOLE', 'École']
    for (const q of ['école', 'ÉCOLE', 'e\u0301cole']) expect(await found(room, q), q).toEqual(schools)
    expect(await found(room, 'ecole')).toEqual(['ecole'])
    expect(await found(room, 'ПРИВЕТ')).toEqual(['Привет'])
    expect(await found(room, 'αλφα')).toEqual(['ΑΛΦΑ'])
    for (const q of ['οδος', 'οδοσ', 'ΟΔΟΣ']) expect(await found(room, q), q).toEqual(['ΟΔΟΣΗΜΑ'])
    expect(await found(room, 'CAFÉS')).toEqual(['cafe\u0301s'])
    expect(await found(room, '학교')).toEqual(['학교에 가요'])
    expect(await found(room, '학교'.normalize('NFD'))).toEqual(['학교에 가요'])
    await room.say('alice', '집에 가요'.normalize('NFD'))
    expect(await found(room, '집에')).toEqual(['집에 가요'.normalize('NFD')])
  })

  it('takes as one letter what full case folding does: İ ı I i, and ß ẞ ss', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const texts = [
      'İstanbul',
      'ISPARTA',
      'ısparta',
      'I\u0307zmir',
      'Straße',
      'STRASSE',
      'STRAẞE',
      'ﬁnd me',
      '\u212Aelvin',
    ]
    for (const text of texts) await room.say('alice', text)
    const wanted: [string[], string[]][] = [
      [['İstanbul', 'istanbul', 'ISTANBUL', 'i\u0307stanbul'], ['İstanbul']],
      [
        ['isparta', 'ISPARTA', 'ısparta'],
        ['ısparta', 'ISPARTA'],
      ],
      [['izmir', 'İZMİR'], ['I\u0307zmir']],
      [
        ['straße', 'strasse', 'STRASSE', 'STRAẞE'],
        ['STRAẞE', 'STRASSE', 'Straße'],
      ],
      [['find', 'ﬁnd'], ['ﬁnd me']],
      [['kelvin'], ['\u212Aelvin']],
    ]
    for (const [queries, texts] of wanted) for (const q of queries) expect(await found(room, q), q).toEqual(texts)
  })

  it('takes every letter as it is: nothing is a wildcard or a quote', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const texts = [
      '100% sure',
      '100 sure',
      'snake_case',
      'snakeXcase',
      'back\\slash',
      'backslash',
      'wow!',
      "it's",
      '?',
      '$1',
      '[a]',
    ]
    for (const text of texts) await room.say('alice', text)
    for (const [q, text] of [
      ['100%', '100% sure'],
      ['%', '100% sure'],
      ['e_c', 'snake_case'],
      ['_', 'snake_case'],
      ['\\', 'back\\slash'],
      ['k\\s', 'back\\slash'],
      ['!', 'wow!'],
      ["'", "it's"],
      ['?', '?'],
      ['$1', '$1'],
      ['[a]', '[a]'],
    ] as const) {
      expect(await found(room, q), q).toEqual([text])
    }
    for (const q of ['!%', '%%', '\\%', '__', '\\\\', '!!']) expect(await found(room, q), q).toEqual([])
  })

  it('finds nothing that was deleted, nothing as it was before an edit, and no message of the system', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [deleted, edited] = [await room.say('alice', 'needle one'), await room.say('alice', 'needle two')]
    await room.as('alice').delete(`/messages/${deleted.id}`)
    await room.as('alice').patch(`/messages/${edited.id}`, { text: 'pin two' })
    expect(await found(room, 'needle')).toEqual([])
    expect(await found(room, 'pin')).toEqual(['pin two'])
    expect(await found(room, 'created the group')).toEqual([])
  })

  it('stays in its room, and is for its members', async () => {
    const [room, other] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    await room.say('alice', 'treasure here')
    await other.say('alice', 'treasure there')
    expect(await found(room, 'treasure')).toEqual(['treasure here'])
    expect((await room.as('erin').get('/messages?q=treasure')).status).toBe(404)
  })

  it('gives page after page, also over messages that only look alike to the database', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    // Enough that the database is asked more than once; what it cannot tell apart from é lies between.
    const send = (text: string) => host.chat.messages.send('alice', room.id, { text })
    await Promise.all(Array.from({ length: 230 }, (_, n) => send(n % 46 === 0 ? `été ${n / 46}` : `xtx ${n}`)))
    const texts: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await room.as('bob').get(`/messages?q=%C3%89T%C3%89&limit=2${cursor && `&cursor=${cursor}`}`)
      expect(body.items.length).toBeLessThanOrEqual(2)
      texts.push(...body.items.map((message: { text: string }) => message.text))
      cursor = body.nextCursor
    }
    expect(texts.sort()).toEqual(['été 0', 'été 1', 'été 2', 'été 3', 'été 4'])
  })
})

const postgresql = databases.find(({ name }) => name === 'postgresql')

/** As in a database of that locale, where the lower case of I is ı. */
const inTurkish = `${tables('postgresql')}
ALTER TABLE "chat_messages" ALTER COLUMN "text" TYPE TEXT COLLATE "tr-x-icu";
ALTER TABLE "chat_users" ALTER COLUMN "name" TYPE TEXT COLLATE "tr-x-icu";
ALTER TABLE "chat_rooms" ALTER COLUMN "name" TYPE TEXT COLLATE "tr-x-icu", ALTER COLUMN "description" TYPE TEXT COLLATE "tr-x-icu";`

describe.skipIf(!postgresql)('searching a PostgreSQL database of Turkish locale', () => {
  const host = shareHost({ name: 'postgresql', open: async () => (postgresql as TestDatabase).open(inTurkish) })

  it('finds messages, people and public rooms by words with an I', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.say('alice', 'INFO: Noon')
    const { body } = await room.as('bob').get('/messages?q=info')
    expect(body.items.map((message: { text: string }) => message.text)).toEqual(['INFO: Noon'])
    await host.chat.users.save({ id: 'ingrid', name: 'INGRID' })
    expect((await host.chat.users.search({ q: 'ingrid' })).items.map(({ id }) => id)).toEqual(['ingrid'])
    await host.chat.rooms.create('alice', { type: 'channel', name: 'TIDINGS', isPublic: true })
    expect((await host.chat.rooms.listPublic('bob', { q: 'tidings' })).items).toHaveLength(1)
  })
})
