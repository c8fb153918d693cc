import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { diskStorage } from 'express-chat'
import { storageContract } from 'express-chat/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GivenStorage, givenStorage } from '../media/given-storage.js'

describe('diskStorage', () => {
  let given: GivenStorage
  beforeAll(() => {
    given = givenStorage()
  })
  afterAll(() => given.remove())

  for (const { name, run } of storageContract(() => given.storage)) it(name, run)

  it('spreads its files over folders, readable by their owner only', async () => {
    const { storage, directory } = givenStorage()
    for (const key of ['one-a1', 'two-a1', 'three-b2']) {
      await storage.put(key, Readable.from(['x'], { objectMode: false }), { contentType: 'text/plain' })
    }
    expect(readdirSync(directory).sort()).toEqual(['a1', 'b2'])
    expect(readdirSync(join(directory, 'a1')).sort()).toEqual(['one-a1', 'two-a1'])
  })

  it('never leaves its folder', async () => {
    for (const key of ['../x', 'a/b', '..', '', '/etc/passwd', 'a\0b', 'C:\\x']) {
      await expect(async () => given.storage.stat(key)).rejects.toThrow('cannot be a storage key')
    }
  })

  it('lists what a crash left, and takes it away', async () => {
    const { storage, directory, keys } = givenStorage()
    mkdirSync(join(directory, 'zz'))
    writeFileSync(join(directory, 'zz', 'key-zz.part'), 'half')
    expect(await keys()).toEqual(['key-zz.part'])
    await storage.delete('key-zz.part')
    expect(await keys()).toEqual([])
  })

  it('refuses at start what it cannot use, and says how to mend it', () => {
    const directory = join(given.directory, 'not there')
    expect(() => diskStorage({ directory })).toThrow(/ENOENT.*mkdir -p/s)
    const file = join(given.directory, 'a file')
    writeFileSync(file, '')
    expect(() => diskStorage({ directory: file })).toThrow(/it is a file/)
    const locked = join(given.directory, 'locked')
    mkdirSync(locked)
    chmodSync(locked, 0o500)
    if (process.getuid?.() !== 0) expect(() => diskStorage({ directory: locked })).toThrow(/EACCES/)
  })
})
