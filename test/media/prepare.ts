import { join } from 'node:path'
import { expect } from 'vitest'
import { prepareUpload } from '../../src/core/media/prepare-upload.js'
import { ImageProcessor } from '../../src/core/media/process-image.js'
import type { ReceivedFile } from '../../src/core/media/receive-upload.js'
import { TemporarySpace } from '../../src/core/media/temporary-space.js'
import { quietLogger } from '../realtime/given.js'

export const images = new ImageProcessor(console)

/** What is kept of a file: these very bytes, if it stays as it is. On the disk, and the same in memory. */
export async function prepared(bytes: Buffer, contentType: string): Promise<Buffer> {
  const onDisk = await preparedIn(bytes, contentType)
  const inMemory = await nowhere(() => preparedIn(bytes, contentType))
  expect(inMemory.equals(onDisk), 'the same in memory').toBe(true)
  return onDisk.equals(bytes) ? bytes : onDisk
}

const preparedIn = (bytes: Buffer, contentType: string): Promise<Buffer> =>
  received(bytes, contentType, async (upload) => {
    const { file } = await prepareUpload({ images, mediaTypes: new Set() }, 'alice', upload)
    expect(file.byteSize).toBe((await file.at(0, 1e9)).length)
    return Buffer.concat(await (await file.read()).toArray())
  })

/** Does something with a file as it came. */
export async function received<T>(
  bytes: Buffer,
  contentType: string,
  work: (upload: ReceivedFile) => Promise<T>,
): Promise<T> {
  const space = new TemporarySpace({ temporaryBytes: 4e9, fileBytes: 1e9 }, quietLogger())
  const folder = await space.open('alice')
  const given = Buffer.from(bytes)
  try {
    const file = await folder.create('upload')
    await file.append(given)
    return await work({ folder, file, contentType, extension: '' })
  } finally {
    await folder.remove()
    expect(given.equals(bytes), 'what was given is not written to').toBe(true)
  }
}

/** Does something where no temporary folder can be written. */
async function nowhere<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env.TMPDIR
  process.env.TMPDIR = join(import.meta.dirname, 'there is no such folder')
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}
