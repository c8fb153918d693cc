import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { OutputInfo, Sharp } from 'sharp'

/** A picture while it is worked on: the path of a file, or its bytes where no temporary folder can be written. */
export type PictureFile = string | Buffer

/** Where pictures are worked on, so that none is in memory as a whole; without a folder they are, for want of another place. */
export class PictureFolder {
  constructor(readonly path: string | undefined) {}

  /** A temporary folder; `failed` is told why there is none. */
  static async make(failed: (error: unknown) => void): Promise<PictureFolder> {
    try {
      return new PictureFolder(await mkdtemp(join(tmpdir(), 'express-chat-')))
    } catch (error) {
      failed(error)
      return new PictureFolder(undefined)
    }
  }

  async write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<PictureFile> {
    if (this.path === undefined) {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) chunks.push(chunk)
      return Buffer.concat(chunks)
    }
    const path = join(this.path, name)
    await pipeline(bytes, createWriteStream(path))
    return path
  }

  /** What sharp makes of a picture. */
  async draw(name: string, picture: Sharp): Promise<{ file: PictureFile; info: OutputInfo }> {
    if (this.path === undefined) {
      const { data: file, info } = await picture.toBuffer({ resolveWithObject: true })
      return { file, info }
    }
    const file = join(this.path, name)
    return { file, info: await picture.toFile(file) }
  }

  async remove(): Promise<void> {
    if (this.path !== undefined) await rm(this.path, { recursive: true, force: true })
  }
}

/** Its bytes, or those from `start` up to and without `end`. */
export function readPicture(file: PictureFile, start = 0, end?: number): Readable {
  if (typeof file === 'string') return createReadStream(file, { start, ...(end === undefined ? {} : { end: end - 1 }) })
  return Readable.from([file.subarray(start, end)], { objectMode: false })
}

export const sizeOfPicture = async (file: PictureFile): Promise<number> =>
  typeof file === 'string' ? (await stat(file)).size : file.length

/** Looks at bytes here and there. */
export async function lookInto<T>(
  file: PictureFile,
  look: (at: (offset: number, length: number) => Promise<Buffer>) => Promise<T>,
): Promise<T> {
  if (typeof file !== 'string') return look(async (offset, length) => file.subarray(offset, offset + length))
  const handle = await open(file)
  try {
    return await look(async (offset, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    })
  } finally {
    await handle.close()
  }
}

/** Puts bytes in the place of others. */
export async function overwrite(file: PictureFile, text: string, offset: number): Promise<void> {
  if (typeof file !== 'string') return void file.write(text, offset, 'latin1')
  const handle = await open(file, 'r+')
  try {
    await handle.write(text, offset, 'latin1')
  } finally {
    await handle.close()
  }
}
