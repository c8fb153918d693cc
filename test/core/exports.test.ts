import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenStorage } from '../media/given-storage.js'
import { longMs } from '../patience.js'
import { anything, erika, givenLife, word } from './erasure/given-life.js'
import { fillRoom } from './given-history.js'
import { shareHost } from './shared-host.js'

// biome-ignore lint/suspicious/noExplicitAny: tests read lines, whatever their shape
type Line = any

describe.each(databases)('an export on $name', (database) => {
  const { storage, remove } = givenStorage()
  const host = shareHost(database, { storage, data: { message: anything } })
  afterAll(remove)

  async function linesOf(userId: string): Promise<Line[]> {
    const lines: Line[] = []
    for await (const line of host.chat.exportUser(userId)) {
      expect(line.endsWith('\n') && !line.slice(0, -1).includes('\n')).toBe(true)
      lines.push(JSON.parse(line))
    }
    return lines
  }

  it('has all that they did and said, and nothing that others said', { timeout: longMs }, async () => {
    const life = await givenLife(host)
    const lines = await linesOf(erika)
    const of = (type: string) => lines.filter((line) => line.type === type)
    expect(of('user')).toMatchObject([{ id: erika, description: `I bake ${word}n` }])
    expect(of('room').map(({ roomId }) => roomId)).toEqual(expect.arrayContaining([life.group.id, life.pair.id]))
    const texts = of('message').map(({ text }) => text)
    const said = ['one', 'three', 'in a thread', 'in a room that goes'].map((what) => `${word} ${what}`)
    expect(texts.sort()).toEqual([...said, `Between us: ${word}`, `Mine ${word}`].sort())
    expect(of('message').find(({ id }) => id === life.said.id)).toMatchObject({
      ...{
        clientId: `${erika}-1`,
        mentions: ['bob'],
        data: { note: word },
        mediaIds: life.said.media.map(({ id }) => id),
      },
    })
    expect(of('message').find(({ id }) => id === life.edited.id).edits).toMatchObject([{ text: `${word} two` }])
    expect(of('reaction')).toMatchObject([{ messageId: life.theirs.id, reaction: '🥧' }])
    expect(of('scheduled')).toMatchObject([{ text: `Later ${word}` }])
    expect(of('block')).toMatchObject([{ userId: 'dave' }])
    expect(of('report')).toMatchObject([{ messageId: life.theirs.id, text: `Not ${word}` }])
    expect(of('thread')).toMatchObject([{ threadId: life.theirs.id }])
    expect(of('audit').length).toBeGreaterThan(1)
    const others = ['What do you think', 'Between us"', 'In a thread', 'Too much', 'Yes"']
    expect(others.filter((other) => JSON.stringify(lines).includes(other))).toEqual([])

    const files = of('file').map(({ id }) => id)
    const contents: string[] = []
    for await (const { id, filename, read } of host.chat.exportUser(erika).files()) {
      expect(files).toContain(id)
      if (filename === 'diary.txt') contents.push((await buffer(await read())).toString())
    }
    expect([files.length, contents]).toEqual([5, [`Dear diary, ${word}`]])
    // Of who was erased meanwhile there is nothing, in nobody's export.
    await host.chat.eraseUser(erika, { messages: 'delete' })
    for (const userId of [erika, 'alice', 'bob', 'carol', 'dave']) {
      const left = await linesOf(userId)
      expect([userId, JSON.stringify(left).includes(erika), JSON.stringify(left).includes(word)]).toEqual([
        userId,
        false,
        false,
      ])
    }
    expect(await linesOf(erika)).toEqual([])
  })

  it('is read as it is asked for, page by page', async () => {
    const { id } = await host.chat.rooms.create('carol', { type: 'group', name: 'Long' })
    const said = Array.from({ length: 450 }, (_, n) => ({ userId: 'carol', text: `${n}`, at: Date.now() }))
    await fillRoom(host.prisma, id, said)
    const texts = (await linesOf('carol')).flatMap(({ type, roomId, text }) =>
      type === 'message' && roomId === id ? [text] : [],
    )
    expect(texts).toEqual(Array.from({ length: 450 }, (_, n) => `${n}`))
    for await (const line of host.chat.exportUser('carol')) {
      expect(JSON.parse(line).type).toBe('user')
      break
    }
    expect(() => host.chat.exportUser('')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})
