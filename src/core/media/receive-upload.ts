import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { ChatError, invalid } from '../../contract/problems.js'
import { headLength, kindOf } from './media-types.js'
import type { ChatStorage } from './storage.js'
import { TextCheck } from './text-check.js'

/** Bytes that are in the store, whole, and that no row speaks of yet. */
export interface Stored {
  key: string
  contentType: string
  extension: string
  byteSize: number
  sha256: string
}

export interface IntakeRules {
  storage: ChatStorage
  types: ReadonlySet<string>
  /** Says no by throwing once there are too many bytes. */
  checkSize(byteSize: number): void
}

/** Takes a file into the store as it comes, never whole into memory. Where it is refused, or cut off, nothing is left. */
export async function takeIn(
  { storage, types, checkSize }: IntakeRules,
  key: string,
  source: AsyncIterable<Uint8Array>,
): Promise<Stored> {
  const chunks = source[Symbol.asyncIterator]()
  let failure: { reason: unknown } | undefined
  try {
    const { head, taken, ended } = await takeHead(chunks)
    if (head.length === 0) throw invalid('/file', 'is empty')
    const kind = await kindOf(head, types)
    const text = kind.contentType === 'text/plain' ? new TextCheck(head) : undefined
    const hash = createHash('sha256')
    let byteSize = 0
    const bytes = joined(taken, ended, chunks)
    const take = async (): Promise<Uint8Array | undefined> => {
      try {
        const { value, done } = await bytes.next()
        if (done) return void text?.take()
        byteSize += value.length
        checkSize(byteSize)
        text?.take(value)
        hash.update(value)
        return value
      } catch (reason) {
        failure = { reason }
        throw reason
      }
    }
    // A store that fails destroys the stream, which throws in here: that it stopped is not why it stopped.
    const measured = async function* () {
      for (let chunk = await take(); chunk; chunk = await take()) yield chunk
    }
    await storage.put(key, Readable.from(measured(), { objectMode: false }), { contentType: kind.contentType })
    // Only the last byte tells in which characters it is written.
    const charset = text?.charset ?? 'utf-8'
    const contentType = charset === 'utf-8' ? kind.contentType : `${kind.contentType}; charset=${charset}`
    return { key, ...kind, contentType, byteSize, sha256: hash.digest('hex') }
  } catch (error) {
    // Why the bytes stopped says more than that the store did not get them all.
    throw failure ? failure.reason : storageFailure(error)
  } finally {
    await chunks.return?.()
  }
}

async function takeHead(chunks: AsyncIterator<Uint8Array>) {
  const taken: Uint8Array[] = []
  let length = 0
  while (length < headLength) {
    const { value, done } = await chunks.next()
    if (done) return { head: Buffer.concat(taken), taken, ended: true }
    taken.push(value)
    length += value.length
  }
  return { head: Buffer.concat(taken), taken, ended: false }
}

async function* joined(taken: Uint8Array[], ended: boolean, chunks: AsyncIterator<Uint8Array>) {
  yield* taken
  while (!ended) {
    const { value, done } = await chunks.next()
    if (done) return
    yield value
  }
}

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What the caller is told where the store fails: a full one is no error of ours. */
export function storageFailure(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return fullCodes.has(code ?? '')
    ? new ChatError('insufficient_storage', 'there is no room for this file', { cause: error })
    : error
}
