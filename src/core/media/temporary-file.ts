import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadAt } from './read-window.js'
import { writeFailure } from './write-failure.js'

/**
 * A file of an upload that is under way, on the disk, or in memory if no temporary folder can be written. Writing to it throws
 * `insufficient_storage` if the disk is full.
 */
export interface TemporaryFile {
  readonly byteSize: number
  /** The input for sharp: the path of the file, or its bytes. */
  readonly source: string | Buffer
  append(bytes: Uint8Array): Promise<void>
  /** Reads a part of it; the result is shorter at the file's end. */
  readonly at: ReadAt
  /** Overwrites bytes. */
  overwrite(offset: number, bytes: Buffer): Promise<void>
  truncate(byteSize: number): Promise<void>
  /** All of its bytes. */
  read(): Promise<Readable>
  close(): Promise<void>
}

export class FileOnDisk implements TemporaryFile {
  readonly #streams = new Set<Readable>()

  constructor(
    readonly source: string,
    readonly handle: FileHandle,
    public byteSize: number,
  ) {}

  static async create(path: string): Promise<FileOnDisk> {
    return new FileOnDisk(path, await orFull(open(path, 'wx+', 0o600)), 0)
  }

  /** Opens a file that exists already. */
  static async open(path: string): Promise<FileOnDisk> {
    const handle = await open(path)
    return new FileOnDisk(path, handle, (await handle.stat()).size)
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#write(this.byteSize, bytes)
    this.byteSize += bytes.length
  }

  at = async (offset: number, length: number): Promise<Buffer> => {
    const most = Math.min(length, this.byteSize - offset)
    if (most <= 0) return Buffer.alloc(0)
    const { buffer, bytesRead } = await this.handle.read(Buffer.alloc(most), 0, most, offset)
    return buffer.subarray(0, bytesRead)
  }

  overwrite(offset: number, bytes: Buffer): Promise<void> {
    return this.#write(offset, bytes)
  }

  async truncate(byteSize: number): Promise<void> {
    await this.handle.truncate(byteSize)
    this.byteSize = byteSize
  }

  /** Each reader has a handle of its own, so several can read at once. */
  async read(): Promise<Readable> {
    const stream = (await open(this.source)).createReadStream()
    this.#streams.add(stream)
    return stream.once('close', () => this.#streams.delete(stream))
  }

  /** Ends streams that are still read, so that no handle stays open if nobody reads to the end. */
  async close(): Promise<void> {
    for (const stream of this.#streams) stream.destroy()
    await this.handle.close()
  }

  /** A disk that becomes full first writes a part of the bytes, and then refuses the rest. */
  async #write(offset: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const writing = this.handle.write(bytes, done, bytes.length - done, offset + done)
      done += (await orFull(writing)).bytesWritten
    }
  }
}

const orFull = <T>(writing: Promise<T>): Promise<T> => writing.catch((error) => Promise.reject(writeFailure(error)))

const chunkBytes = 64 * 1024

export class FileInMemory implements TemporaryFile {
  #chunks: Buffer[] = []
  byteSize = 0

  constructor(bytes?: Buffer) {
    if (!bytes) return
    this.#chunks = [bytes]
    this.byteSize = bytes.length
  }

  get source(): Buffer {
    const [first = Buffer.alloc(0)] = this.#chunks
    if (this.#chunks.length < 2) return first
    const whole = Buffer.concat(this.#chunks)
    this.#chunks = [whole]
    return whole
  }

  async append(bytes: Uint8Array): Promise<void> {
    // This is a copy, because the bytes are overwritten here, and the caller may use its own again.
    this.#chunks.push(Buffer.from(bytes))
    this.byteSize += bytes.length
  }

  at = async (offset: number, length: number): Promise<Buffer> => this.source.subarray(offset, offset + length)

  async overwrite(offset: number, bytes: Buffer): Promise<void> {
    bytes.copy(this.source, offset)
  }

  async truncate(byteSize: number): Promise<void> {
    this.#chunks = [this.source.subarray(0, byteSize)]
    this.byteSize = byteSize
  }

  async read(): Promise<Readable> {
    const { source } = this
    const chunks = function* () {
      for (let at = 0; at < source.length; at += chunkBytes) yield source.subarray(at, at + chunkBytes)
    }
    return Readable.from(chunks(), { objectMode: false })
  }

  async close(): Promise<void> {
    this.#chunks = []
  }
}
