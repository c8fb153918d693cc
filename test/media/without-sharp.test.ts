import { afterAll, describe, expect, it, vi } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { quietLogger } from '../realtime/given.js'
import { givenStorage } from './given-storage.js'
import { pngHeader } from './png-header.js'
import { withoutTemporaryFolder } from './temporary-folder.js'
import { fetchFile, upload } from './upload.js'

vi.mock('../../src/core/media/process-image.js', async (original) => {
  const actual = await original<typeof import('../../src/core/media/process-image.js')>()
  const missing = Object.assign(new Error("Cannot find package 'sharp'"), { code: 'ERR_MODULE_NOT_FOUND' })
  class Pictures extends actual.Pictures {
    constructor(logger: import('express-chat').Logger) {
      super(logger, () => Promise.reject(missing))
    }
  }
  return { ...actual, Pictures }
})
// Files share their modules: those before this one have loaded sharp, and those after it want it.
vi.resetModules()
const { shareHost } = await import('../core/shared-host.js')
afterAll(() => {
  vi.doUnmock('../../src/core/media/process-image.js')
  vi.resetModules()
})

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('without sharp', () => {
  const { storage, keys, remove } = givenStorage()
  const logger = quietLogger()
  const host = shareHost(databases[0] as TestDatabase, { storage, logger })
  afterAll(remove)

  it('it is said once, at start, what that means', async () => {
    await host.chat.ready()
    await upload(host, 'alice', png)
    expect(logger.said).toEqual([[expect.stringMatching(/sharp is not installed.*run: npm install sharp/)]])
  })

  it('uploads work where no temporary folder can be written', async () => {
    withoutTemporaryFolder()
    expect((await upload(host, 'alice', png)).status).toBe(201)
    expect(logger.said).toHaveLength(1)
  })

  it('uploads work, and only thumbnails are missing', async () => {
    const { status, body } = await upload(host, 'alice', png)
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({ width: 1, height: 1, thumbnailUrl: null })
    expect((await fetchFile(host, body.url)).bytes).toEqual(png)
    expect(await keys()).toContain(
      (await host.prisma.chatMedia.findUniqueOrThrow({ where: { id: body.id } })).storageKey,
    )
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
