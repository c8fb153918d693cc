import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ByteRange, ChatStorage } from '../core/media/storage.js'
import type { ContractCase } from './contract-case.js'

const contentType = 'application/octet-stream'
const megabyte = 1024 * 1024

/**
 * What the library relies on in a storage adapter, as cases for any test runner:
 * `for (const { name, run } of storageContract(() => myStorage())) it(name, run)`. `create` is called once for each
 * case; all may share one store, which may hold other files.
 */
export function storageContract(create: () => ChatStorage | Promise<ChatStorage>): ContractCase[] {
  return Object.entries(cases).map(([name, check]) => ({ name, run: async () => check(await create()) }))
}

const cases: Record<string, (storage: ChatStorage) => Promise<void>> = {
  async 'gives back what it was given, byte for byte'(storage) {
    const key = newKey()
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
    await put(storage, key, [bytes, bytes])
    assert.deepEqual(await read(storage, key), Buffer.concat([bytes, bytes]))
    assert.deepEqual(await storage.stat(key), { byteSize: 512 })
  },

  async 'keeps more than fits into one part of an upload'(storage) {
    const key = newKey()
    const chunks = Array.from({ length: 11 * 16 }, (_, n) => Buffer.alloc(megabyte / 16, n))
    await put(storage, key, chunks)
    assert.deepEqual(await storage.stat(key), { byteSize: 11 * megabyte })
    assert.deepEqual(await read(storage, key), Buffer.concat(chunks))
    await storage.delete(key)
  },

  async 'gives one range, both ends included'(storage) {
    const key = newKey()
    await put(storage, key, ['0123456789'])
    const part = async (range: ByteRange) => String(await read(storage, key, range))
    assert.equal(await part({ start: 0, end: 1 }), '01')
    assert.equal(await part({ start: 3, end: 6 }), '3456')
    assert.equal(await part({ start: 9, end: 9 }), '9')
  },

  async 'knows nothing of a key that was never written'(storage) {
    const key = newKey()
    assert.equal(await storage.read(key), undefined)
    assert.equal(await storage.read(key, { start: 0, end: 1 }), undefined)
    assert.equal(await storage.stat(key), undefined)
  },

  async 'deletes, and a second time too'(storage) {
    const key = newKey()
    await put(storage, key, ['gone'])
    await storage.delete(key)
    assert.equal(await storage.read(key), undefined)
    assert.equal(await storage.stat(key), undefined)
    await storage.delete(key)
  },

  async 'leaves nothing of bytes that stop in the middle'(storage) {
    for (const length of [0, 1, 6 * megabyte]) {
      const key = newKey()
      const reason = new Error('cut off')
      const cutOff = async function* () {
        if (length > 0) yield Buffer.alloc(length)
        throw reason
      }
      await assert.rejects(storage.put(key, Readable.from(cutOff(), { objectMode: false }), { contentType }))
      assert.equal(await storage.read(key), undefined)
      assert.ok(!(await listed(storage)).some((each) => each.startsWith(key)))
    }
  },

  async 'lists what it keeps, with the time of each'(storage) {
    const keys = [newKey(), `${newKey()}-thumbnail`]
    const before = Date.now()
    for (const key of keys) await put(storage, key, ['x'])
    const found = new Map<string, Date>()
    for await (const { key, modifiedAt } of storage.list()) found.set(key, modifiedAt)
    for (const key of keys) {
      const at = found.get(key)?.getTime() ?? 0
      // Clocks of stores are in whole seconds, and not ours.
      assert.ok(Math.abs(at - before) < 120_000, `${key} was listed with ${at}`)
    }
    await storage.delete(keys[0] as string)
    const left = await listed(storage)
    assert.ok(!left.includes(keys[0] as string) && left.includes(keys[1] as string))
  },

  async 'keeps files apart that are written at once'(storage) {
    const keys = Array.from({ length: 8 }, newKey)
    await Promise.all(keys.map((key) => put(storage, key, [key])))
    for (const key of keys) assert.equal(String(await read(storage, key)), key)
  },

  async 'signs URLs, if at all, that need no header and say what they are told to'(storage) {
    if (!storage.signedUrl) return
    const key = newKey()
    await put(storage, key, ['<b>signed</b>'])
    const disposition = `attachment; filename="a.txt"`
    const expiresAt = new Date(Date.now() + 60_000)
    const answer = await fetch(await storage.signedUrl(key, { expiresAt, contentType: 'text/plain', disposition }))
    assert.equal(answer.status, 200)
    assert.equal(await answer.text(), '<b>signed</b>')
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/)
    assert.equal(answer.headers.get('content-disposition'), disposition)
  },
}

const newKey = (): string => randomUUID()

const put = (storage: ChatStorage, key: string, chunks: (string | Buffer)[]): Promise<void> =>
  storage.put(
    key,
    Readable.from(
      chunks.map((chunk) => Buffer.from(chunk as string)),
      { objectMode: false },
    ),
    { contentType },
  )

async function read(storage: ChatStorage, key: string, range?: ByteRange): Promise<Buffer> {
  const bytes = await storage.read(key, range)
  assert.ok(bytes, `there is nothing under ${key}`)
  return Buffer.concat(await bytes.toArray())
}

async function listed(storage: ChatStorage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys
}
