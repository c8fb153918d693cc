import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { ChatError, notFound } from '../../contract/problems.js'
import { newId } from '../../store/ids.js'
import type { Edit } from './formats/iso-boxes.js'
import { isoTraces } from './formats/iso-media.js'
import type { ReadAt } from './read-window.js'
import { type Stored, storageFailure } from './receive-upload.js'
import type { ChatStorage } from './storage.js'

/**
 * A film, sound or picture without what tells where, when, by whom or by what it was made: in the store under another key,
 * or as it was if it told nothing. Read once, as a stream. Throws 415 for what is not built as it should be.
 */
export async function withoutIsoTraces(storage: ChatStorage, stored: Stored): Promise<Stored> {
  const { byteSize, contentType } = stored
  const found = await isoTraces(readerAt(storage, stored), byteSize)
  if (!found) throw new ChatError('unsupported_media_type', 'the file is damaged')
  if (found.edits.length === 0 && found.end === byteSize) return stored
  const key = newId()
  const hash = createHash('sha256')
  const source = await storage.read(stored.key, { start: 0, end: found.end - 1 })
  if (!source) throw notFound()
  const hashed = async function* () {
    for await (const chunk of overwritten(source, found.edits)) {
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    await storage.put(key, Readable.from(hashed(), { objectMode: false }), { contentType })
  } catch (error) {
    throw storageFailure(error)
  } finally {
    source.destroy()
  }
  await storage.delete(stored.key)
  return { ...stored, key, byteSize: found.end, sha256: hash.digest('hex') }
}

function readerAt(storage: ChatStorage, { key, byteSize }: Stored): ReadAt {
  return async (offset, length) => {
    if (offset >= byteSize) return Buffer.alloc(0)
    const bytes = await storage.read(key, { start: offset, end: Math.min(offset + length, byteSize) - 1 })
    if (!bytes) throw notFound()
    return Buffer.concat(await bytes.toArray())
  }
}

/** What a stream brings, with other bytes in some places. */
async function* overwritten(source: AsyncIterable<Buffer>, edits: Edit[]): AsyncGenerator<Buffer> {
  let offset = 0
  let first = 0
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk)
    const end = offset + bytes.length
    while ((edits[first]?.end ?? end) < offset) first += 1
    for (let n = first; (edits[n]?.start ?? end) < end; n += 1) write(bytes, offset, edits[n] as Edit)
    yield bytes
    offset = end
  }
}

function write(bytes: Buffer, offset: number, { start, end, bytes: others }: Edit): void {
  const [from, to] = [Math.max(start, offset), Math.min(end, offset + bytes.length)]
  if (from >= to) return
  if (others) others.copy(bytes, from - offset, from - start, to - start)
  else bytes.fill(0, from - offset, to - offset)
}
