import { randomUUID } from 'node:crypto'
import type { TestHost } from '../host.js'

/** Stands for an upload, where only what becomes of it matters: the row that it leaves. Gives the id of the media. */
export async function givenPicture(host: TestHost, uploadedById: string, filename = 'cat.png'): Promise<string> {
  const id = randomUUID()
  await host.prisma.chatMedia.create({
    data: {
      id,
      uploadedById,
      storageKey: `${id}/${filename}`,
      filename,
      contentType: 'image/png',
      byteSize: 1234,
      width: 40,
      height: 30,
      sha256: 'f'.repeat(64),
      createdAt: new Date(),
    },
  })
  return id
}
