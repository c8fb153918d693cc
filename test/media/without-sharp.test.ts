import { afterAll, describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases, type TestDatabase } from '../databases.js'
import { quietLogger } from '../realtime/given.js'
import { givenStorage } from './given-storage.js'
import { pngHeader } from './png-header.js'
import { withoutTemporaryFolder } from './temporary-folder.js'
import { fetchFile, upload } from './upload.js'
import { withoutSharp } from './without-sharp.js'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('without sharp', () => {
  withoutSharp()
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
    expect(logger.said[1]).toEqual([expect.stringMatching(/no temporary folder can be written/), expect.anything()])
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
