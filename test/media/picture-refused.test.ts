import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { type ChatStorage, reject } from 'express-chat'
import { afterAll, describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { givenStorage } from './given-storage.js'
import { photograph, picture } from './pictures.js'
import { givenTemporaryFolder } from './temporary-folder.js'
import { upload } from './upload.js'

const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })

/** Where a photograph is refused: it has been stripped, and given a thumbnail, before the host is asked. */
describe.each(databases)('a picture that is refused on $name', (database) => {
  const { storage, directory, remove } = givenStorage()
  /** What the storage and the host do with what comes. */
  let failing: (key: string, count: number) => boolean = () => false
  let refusing = false
  let asked: string[] = []
  let put: string[] = []
  /** Lets the uploads of a pair go on once both are received. */
  let meet: () => void | Promise<void> = () => undefined
  const watched: ChatStorage = {
    ...storage,
    async put(key, bytes, options) {
      put.push(key)
      if (!failing(key, put.length)) return storage.put(key, bytes, options)
      // As where a write fails: some of the bytes were taken, and no more are wanted.
      for await (const _ of bytes) throw full()
    },
  }
  const photo = photograph(200, 100)
  const host = shareHost(database, {
    storage: watched,
    logger: { warn: () => undefined, error: () => undefined },
    limits: { userBytes: 100_000 },
    before: {
      async upload({ filename, read }) {
        asked.push(filename)
        await meet()
        if (filename.startsWith('read')) for await (const _ of await read()) break
        if (refusing) throw reject('not here')
        if (filename.endsWith('gone.jpg')) await host.prisma.chatUser.deleteMany({ where: { id: 'frank' } })
        return undefined
      },
    },
  })

  const temporary = givenTemporaryFolder()
  afterAll(remove)

  /** All files, those that are not whole yet included, and not only what the storage lists. */
  const files = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort()
  const left = async () => ({
    files: files(),
    rows: await host.prisma.chatMedia.findMany({ orderBy: { id: 'asc' } }),
    temporary: temporary.left(),
  })
  const leavesNothing = async <T>(work: () => Promise<T>): Promise<T> => {
    ;[asked, put] = [[], []]
    const then = await left()
    expect(then.temporary).toEqual([])
    const result = await work()
    await expect.poll(left).toEqual(then)
    return result
  }

  it('by the host leaves neither the original, nor what was made of it, nor a row, nor a temporary file', async () => {
    await upload(host, 'alice', await picture(8, 8), 'kept.png')
    refusing = true
    for (const name of ['photo.jpg', 'read.jpg']) {
      const answer = await leavesNothing(async () => upload(host, 'alice', await photo, name))
      expect(answer).toMatchObject({ status: 422, body: { code: 'rejected', detail: 'not here' } })
      expect(asked).toEqual([name])
      // Nothing is stored that may be refused.
      expect(put).toEqual([])
    }
    refusing = false
  })

  it('for the quota, as it is only known in the end, leaves nothing', async () => {
    const bytes = await photo
    const { uploads } = await leavesNothing(async () => {
      const uploads: string[] = []
      const fill = await host.chat.media.upload('bob', {
        filename: 'fill.txt',
        stream: Readable.from([Buffer.alloc(100_000 - bytes.length - 200, 'x')]),
      })
      const bothAreAsked = new Promise<void>((resolve) => {
        meet = () => {
          if (asked.length === 3) resolve()
          return bothAreAsked
        }
      })
      const both = await Promise.allSettled(
        ['one.jpg', 'two.jpg'].map((filename) =>
          host.chat.media.upload('bob', { filename, stream: Readable.from([bytes]) }),
        ),
      )
      meet = () => undefined
      for (const result of both) uploads.push(result.status === 'fulfilled' ? 'kept' : result.reason.code)
      for (const result of both) if (result.status === 'fulfilled') await take(result.value.id)
      await take(fill.id)
      return { uploads }
    })
    expect(uploads.sort()).toEqual(['kept', 'too_large'])
    expect([...asked].sort()).toEqual(['fill.txt', 'one.jpg', 'two.jpg'])
  })

  it('since its uploader is gone by then leaves nothing', async () => {
    await host.chat.users.save({ id: 'frank', name: 'Frank' })
    const filename = 'gone.jpg'
    const stream = Readable.from([await photo])
    const refused = await leavesNothing(() => host.chat.media.upload('frank', { filename, stream }).catch((e) => e))
    expect(refused).toMatchObject({ code: 'not_found' })
    expect(asked).toEqual([filename])
  })

  it.each([1, 2])('by a store that is full at file %i leaves nothing', async (nth) => {
    failing = (_key, count) => count === nth
    const answer = await leavesNothing(async () => upload(host, 'alice', await photo, 'full.jpg'))
    expect(answer).toMatchObject({ status: 507, body: { code: 'insufficient_storage' } })
    expect([put.length, asked]).toEqual([nth, ['full.jpg']])
    expect(put[0]).toMatch(/-thumbnail$/)
    failing = () => false
  })

  it('since it is damaged behind its beginning leaves nothing', async () => {
    const bytes = await picture(200, 200, 'jpeg')
    const broken = Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.alloc(bytes.length, 7)])
    const answer = await leavesNothing(() => upload(host, 'alice', broken, 'broken.jpg', 'image/jpeg'))
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    expect([put, asked]).toEqual([[], []])
  })

  async function take(id: string): Promise<void> {
    const row = await host.prisma.chatMedia.delete({ where: { id } })
    for (const key of [row.storageKey, row.thumbnailKey]) if (key) await storage.delete(key)
  }
})
