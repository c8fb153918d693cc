import { afterAll, describe, expect, it, vi } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { givenStorage } from './given-storage.js'
import { pngHeader } from './png-header.js'
import { fetchFile, upload } from './upload.js'

vi.mock('../../src/core/pictures.js', async (original) => {
  const actual = await original<typeof import('../../src/core/pictures.js')>()
  const missing = Object.assign(new Error("Cannot find package 'sharp'"), { code: 'ERR_MODULE_NOT_FOUND' })
  class Pictures extends actual.Pictures {
    constructor() {
      super(() => Promise.reject(missing))
    }
  }
  return { ...actual, Pictures }
})
// Files share their modules: those before this one have loaded sharp, and those after it want it.
vi.resetModules()
const { shareHost } = await import('../core/shared-host.js')
afterAll(() => {
  vi.doUnmock('../../src/core/pictures.js')
  vi.resetModules()
})

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('without sharp', () => {
  const { storage, keys, remove } = givenStorage()
  const host = shareHost(databases[0] as TestDatabase, { storage })
  afterAll(remove)

  it('uploads work, and only thumbnails are missing', async () => {
    const { status, body } = await upload(host, 'alice', png)
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({ width: 1, height: 1, thumbnailUrl: null })
    expect((await fetchFile(host, body.url)).bytes).toEqual(png)
    expect(await keys()).toHaveLength(1)
  })

  it('a picture stands for itself as an avatar', async () => {
    const { id } = (await upload(host, 'alice', png)).body
    const { avatarUrl } = (await host.as('alice').patch('/users/me', { avatarMediaId: id })).body
    expect((await fetchFile(host, avatarUrl)).bytes).toEqual(png)
  })

  it('pictures are measured all the same', async () => {
    expect((await upload(host, 'alice', pngHeader(50_000, 50_000))).status).toBe(413)
  })
})
