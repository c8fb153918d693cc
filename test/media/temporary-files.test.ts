import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type ChatStorage, createChatRouter, reject } from 'express-chat'
import { s3Storage } from 'express-chat/s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { people, secret, startHost, type TestHost, userOfHeader } from '../host.js'
import { quietLogger } from '../realtime/given.js'
import { type Bucket, givenBucket } from '../storage/bucket.js'
import { givenStorage, keysIn } from './given-storage.js'
import { photograph } from './pictures.js'
import { givenTemporaryFolder, withoutTemporaryFolder } from './temporary-folder.js'
import { fetchFile, upload } from './upload.js'

const film = Buffer.concat([
  Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1'),
  Buffer.from('\0\0\0\x10udtaSomebody\0\x80\0\x08mdat', 'latin1'),
  Buffer.alloc(0x80_0000, 'film'),
])
const quarter = 100_000
const ours = 'express-chat-upload-'

/** Bytes that come, and then nothing until it is said how they end. */
function stalled(bytes: Buffer) {
  let go = (_error?: Error) => {}
  let begun = () => {}
  const ended = new Promise<Error | undefined>((resolve) => (go = resolve))
  const isUnderWay = new Promise<void>((resolve) => (begun = resolve))
  const stream = (async function* () {
    yield bytes
    // Asked for more, so that what came is written.
    begun()
    const error = await ended
    if (error) throw error
  })()
  return { stream, isUnderWay, go }
}

describe.each(['disk', 's3'])('an upload to %s', (kind) => {
  const temporary = givenTemporaryFolder()
  const onDisk = givenStorage()
  let bucket: Bucket | undefined
  let database: OpenDatabase
  let host: TestHost
  let inner: ChatStorage
  let calls: string[] = []
  let failing: Error | undefined
  /** Counts what is asked of the store, and fails where it is to. */
  const watched = (): ChatStorage => ({
    async put(key, bytes, options) {
      calls.push(`put ${options.contentType}`)
      if (failing) throw failing
      return inner.put(key, bytes, options)
    },
    read(key, range) {
      calls.push('read')
      return inner.read(key, range)
    },
    stat(key) {
      calls.push('stat')
      return inner.stat(key)
    },
    async delete(key) {
      calls.push('delete')
      await inner.delete(key)
    },
    list: () => inner.list(),
  })

  beforeAll(async () => {
    if (kind === 's3') bucket = await givenBucket()
    inner = bucket ? s3Storage(bucket.options) : onDisk.storage
    database = await (databases[0] as TestDatabase).open()
    const limits = { fileBytes: film.length }
    host = await startHost(database, {
      ...{ storage: watched(), limits, logger: quietLogger() },
      before: {
        async upload({ filename, read }) {
          // Opened, and never read to its end.
          await read()
          if (filename.startsWith('refused')) throw reject('not here')
        },
      },
    })
    await people(host, 'alice')
  })
  afterAll(async () => {
    await host.close()
    await database.close()
    await bucket?.close()
    onDisk.remove()
  })
  beforeEach(() => {
    calls = []
    failing = undefined
  })

  const left = async () => ({
    keys: await keysIn(inner),
    rows: await host.prisma.chatMedia.count(),
    temporary: temporary.left(),
  })

  it('is stored once, as it is kept, and nothing is read back', async () => {
    const files: [string, Buffer, string[]][] = [
      ['a.txt', Buffer.from('Hello'), ['put text/plain']],
      ['film.mp4', film, ['put video/mp4']],
      ['photo.jpg', await photograph(600, 300), ['put image/webp', 'put image/jpeg']],
    ]
    for (const [name, bytes, expected] of files) {
      calls = []
      const { status, body } = await upload(host, 'alice', bytes, name)
      expect(status, JSON.stringify(body)).toBe(201)
      expect(calls, name).toEqual(expected)
      expect(temporary.left().filter((name) => name.startsWith(ours))).toEqual([])
      const kept = await fetchFile(host, body.url)
      expect(kept.bytes.length, name).toBe(body.byteSize)
      for (const trace of ['Somebody', 'Telephone']) expect(kept.bytes.includes(trace), name).toBe(false)
    }
  })

  it('is there while it comes, and gone once it is cut off', async () => {
    const before = await left()
    const { stream, isUnderWay, go } = stalled(film.subarray(0, 500_000))
    const uploading = host.chat.media.upload('alice', { filename: 'a.mp4', stream })
    await isUnderWay
    const [folder = ''] = temporary.left().filter((name) => name.startsWith(ours))
    expect(folder).toMatch(/^express-chat-upload-\w{6}$/)
    expect(readdirSync(join(temporary.path, folder))).toEqual(['upload'])
    go(new Error('cut off'))
    await expect(uploading).rejects.toThrow('cut off')
    expect([await left(), calls]).toEqual([before, []])
  })

  it('that is refused, by us or by the host, leaves nothing and was never stored', async () => {
    const before = await left()
    const files: [string, Buffer, number][] = [
      ['page.html', Buffer.from('<html>'), 415],
      ['broken.jpg', (await photograph(60, 30)).subarray(0, 500), 415],
      ['long.mp4', Buffer.concat([film, Buffer.from('.')]), 413],
      ['refused.jpg', await photograph(60, 30), 422],
      ['refused.txt', Buffer.from('Hello'), 422],
    ]
    for (const [name, bytes, status] of files) {
      expect((await upload(host, 'alice', bytes, name)).status, name).toBe(status)
      await expect.poll(left, { message: name }).toEqual(before)
    }
    expect(calls).toEqual([])
  })

  it('to a store that fails, or is full, leaves nothing', async () => {
    const before = await left()
    for (const [error, status] of [
      [new Error('no connection'), 500],
      [Object.assign(new Error('full'), { code: 'ENOSPC' }), 507],
    ] as const) {
      failing = error
      for (const bytes of [await photograph(60, 30), Buffer.from('Hello')]) {
        expect((await upload(host, 'alice', bytes, 'a')).status).toBe(status)
        expect(await left()).toEqual(before)
      }
    }
  })

  it('to a temporary folder that is full is refused with 507, wherever that is noticed, and leaves nothing', async () => {
    const before = await left()
    const handle = await open(import.meta.filename)
    const ofHandles = Object.getPrototypeOf(handle) as FileHandle
    await handle.close()
    const { write } = ofHandles
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    // The bytes as they come, and the copy without metadata.
    for (const place of [1, 2, 3]) {
      let count = 0
      const failing = vi.spyOn(ofHandles, 'write').mockImplementation(function (this: FileHandle, ...asked: unknown[]) {
        count += 1
        return count >= place ? Promise.reject(full) : Reflect.apply(write, this, asked)
      })
      const answer = await upload(host, 'alice', await photograph(60, 30), 'a.jpg')
      failing.mockRestore()
      expect(answer, `${place}`).toMatchObject({ status: 507, body: { code: 'insufficient_storage' } })
      expect(await left()).toEqual(before)
    }
    expect(calls).toEqual([])
  })

  it('works in memory where no temporary folder can be written', async () => {
    withoutTemporaryFolder()
    for (const [name, bytes] of [
      ['film.mp4', film],
      ['photo.jpg', await photograph(600, 300)],
    ] as const) {
      const { status, body } = await upload(host, 'alice', bytes, name)
      expect(status, JSON.stringify(body)).toBe(201)
      expect((await fetchFile(host, body.url)).bytes.length).toBe(body.byteSize)
    }
  })
})

describe('the temporary folder', () => {
  const temporary = givenTemporaryFolder()
  const { storage, remove } = givenStorage()
  let database: OpenDatabase
  let host: TestHost
  beforeAll(async () => {
    database = await (databases[0] as TestDatabase).open()
    host = await startHost(database, { storage, limits: { fileBytes: quarter, temporaryBytes: 4 * quarter } })
    await people(host, 'alice', 'bob', 'carol', 'dave', 'erin')
  })
  afterAll(async () => {
    await host.close()
    await database.close()
    remove()
  })

  /** What `count` bytes of text become that stop there. */
  const begin = async (userId: string, count: number) => {
    const { stream, isUnderWay, go } = stalled(Buffer.alloc(count, 'x'))
    const uploading = host.chat.media.upload(userId, { filename: 'a.txt', stream })
    await Promise.race([isUnderWay, uploading.catch(() => undefined)])
    return { uploading, go }
  }

  it('is shared by uploads at once: none takes the files of another', async () => {
    const all = await Promise.all(['alice', 'bob', 'carol', 'alice'].map((userId, n) => begin(userId, 1000 + n)))
    expect(temporary.left()).toHaveLength(4)
    for (const { go } of all) go()
    const sizes = (await Promise.all(all.map(({ uploading }) => uploading))).map(({ byteSize }) => byteSize)
    expect(sizes).toEqual([1000, 1001, 1002, 1003])
    expect(temporary.left()).toEqual([])
  })

  it('holds a quarter of its bytes of one user at most: what is more is told to come again', async () => {
    const first = await begin('alice', 60_000)
    const second = await begin('alice', 60_000)
    second.go()
    await expect(second.uploading).rejects.toMatchObject({ code: 'unavailable', retryAfter: 5 })
    const other = await begin('bob', 60_000)
    for (const { go } of [first, other]) go()
    await Promise.all([first.uploading, other.uploading])
    const third = await begin('alice', 60_000)
    third.go()
    expect((await third.uploading).byteSize).toBe(60_000)
    expect(temporary.left()).toEqual([])
  })

  it('holds no more than its bytes of all', async () => {
    const all = await Promise.all(['alice', 'bob', 'carol', 'dave'].map((userId) => begin(userId, quarter)))
    const late = await begin('erin', 1)
    late.go()
    await expect(late.uploading).rejects.toMatchObject({ code: 'unavailable' })
    for (const { go } of all) go()
    await Promise.all(all.map(({ uploading }) => uploading))
    const next = await begin('erin', 1)
    next.go()
    await next.uploading
  })

  it('keeps for six hours what a crash left, and then any server on the machine sweeps it', async () => {
    const crashed = await begin('alice', 1000)
    const folders = () => temporary.left().map((name) => join(temporary.path, name))
    const [crashedIn = ''] = folders()
    const live = await begin('bob', 1000)
    const [liveIn = ''] = folders().filter((path) => path !== crashedIn)
    const foreign = ['express-chat-upload-', 'express-chat-upload-elsewhere', 'host'].map((name) =>
      join(temporary.path, name),
    )
    for (const path of foreign) mkdirSync(path)
    writeFileSync(join(temporary.path, 'express-chat-upload-afile1'), '')
    const hours = (count: number) => new Date(Date.now() - count * 3_600_000)
    const age = (path: string, count: number) => utimesSync(path, hours(count), hours(count))
    for (const path of [...foreign, crashedIn, liveIn, join(crashedIn, 'upload')]) age(path, 7)
    const chat = createChatRouter({ resolveUser: userOfHeader, prisma: host.prisma, secret, storage })
    const before = temporary.left()
    // Its folder is as old, but it was written to only now.
    expect(await Promise.all([chat.sweep(), host.chat.sweep()])).toMatchObject([{}, {}])
    expect(temporary.left()).toEqual(before.filter((name) => !crashedIn.endsWith(name)))
    live.go()
    expect((await live.uploading).byteSize).toBe(1000)
    crashed.go(new Error('killed'))
    await expect(crashed.uploading).rejects.toThrow('killed')
    await chat.close()
  })

  it('that was swept from under an upload fails it, and nothing else', async () => {
    const before = await host.prisma.chatMedia.count()
    const others = temporary.left()
    const { uploading, go } = await begin('alice', 1000)
    const [name = ''] = temporary.left().filter((each) => !others.includes(each))
    const path = join(temporary.path, name)
    for (const each of [path, join(path, 'upload')]) utimesSync(each, new Date(0), new Date(0))
    expect(await host.chat.sweep()).toMatchObject({ temporary: 1 })
    go()
    await expect(uploading).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await host.prisma.chatMedia.count()).toBe(before)
    const text = { filename: 'a.txt', stream: Readable.from([Buffer.from('Hello')]) }
    expect((await host.chat.media.upload('alice', text)).byteSize).toBe(5)
  })
})
