import type { Request, Response } from 'express'
import type { MulterError, StorageEngine } from 'multer'
import { ChatError, invalid } from '../contract/problems.js'
import type { Limits } from '../core/limits.js'
import type { Media, Received } from '../core/media/media.js'

const tooLarge = (limit: number): ChatError => new ChatError('too_large', `a file may have ${limit} bytes`)
const cutOff = (): ChatError => invalid('/file', 'the upload was cut off')

/** How many bytes multipart adds around a file: boundaries and a few headers. */
const envelopeBytes = 64 * 1024

export type UploadReader = (request: Request, response: Response, userId: string) => Promise<Received>

/** Reads the one file of a multipart body into a temporary folder. If it is refused or cut off, nothing stays there. */
export function createUploadReader(media: Media, limits: Limits): UploadReader {
  return async (request, response, userId) => {
    const { 'content-type': type = '', 'content-length': length } = request.headers
    if (!/^multipart\/form-data\s*;/i.test(type)) {
      throw new ChatError('unsupported_media_type', 'the body must be multipart/form-data with one part, file')
    }
    // multer is loaded with the first file, so starting a server does not wait for it.
    const { default: multer } = await import('multer')
    // This comes before any byte is read, so that nobody uploads a file that will be refused.
    if (Number(length) > limits.fileBytes + envelopeBytes) throw tooLarge(limits.fileBytes)
    if (request.readableEnded || request.destroyed) throw invalid('', 'was read by another middleware')
    const engine = new TemporaryStorage(media, userId)
    const read = multer({
      storage: engine,
      // Browsers send names in UTF-8; by default multer reads them as Latin-1.
      defParamCharset: 'utf8',
      limits: { files: 1, parts: 2, fields: 0, fieldNameSize: 100, headerPairs: 20, fileSize: limits.fileBytes },
    }).single('file')
    await new Promise<void>((resolve, reject) => {
      read(request, response, (error?: unknown) => {
        if (!error) resolve()
        // If we stop reading, multer reports that the body was cut off. The reason why we stopped says more.
        else engine.refusal().then((refusal) => reject(refusal ?? refusalOf(error, request, limits)), reject)
      })
    })
    if (engine.received) return engine.received
    throw invalid('/file', 'is missing: send one part, file, with a file name')
  }
}

/** The storage of multer: it writes a file to a temporary folder while it arrives. */
class TemporaryStorage implements StorageEngine {
  received: Received | undefined
  #receiving: Promise<Received> | undefined

  constructor(
    readonly media: Media,
    readonly userId: string,
  ) {}

  _handleFile(...[, file, done]: Parameters<StorageEngine['_handleFile']>): void {
    const { originalname: filename, stream } = file
    this.#receiving = this.media.receive(this.userId, { filename, stream })
    this.#receiving.then(
      (received) => {
        this.received = received
        done(null, {})
      },
      (error) => done(error),
    )
  }

  /** Why the file was refused, if we refused it. */
  async refusal(): Promise<ChatError | undefined> {
    try {
      await this.#receiving
      return undefined
    } catch (error) {
      return error instanceof ChatError ? error : undefined
    }
  }

  /** multer calls this for a received file if the rest of the body turns out to be wrong. */
  _removeFile(...[, , done]: Parameters<StorageEngine['_removeFile']>): void {
    const { received } = this
    this.received = undefined
    if (received) this.media.discard(received).then(() => done(null), done)
    else done(null)
  }
}

const details: Record<string, string> = {
  LIMIT_UNEXPECTED_FILE: 'send one part, file, and nothing else',
  LIMIT_FILE_COUNT: 'one file a request',
  LIMIT_PART_COUNT: 'one file a request',
  LIMIT_FIELD_COUNT: 'send one part, file, and nothing else',
}

const isOfMulter = (error: unknown): error is MulterError => error instanceof Error && error.name === 'MulterError'

function refusalOf(error: unknown, request: Request, { fileBytes }: Limits): unknown {
  if (error instanceof ChatError) return error
  if (isOfMulter(error)) {
    return error.code === 'LIMIT_FILE_SIZE' ? tooLarge(fileBytes) : invalid('', details[error.code] ?? error.message)
  }
  if ((error as Error).message === 'Malformed part header')
    return invalid('', 'a part of the form has a malformed header')
  // The sender is gone, or the body ended too early: this is not an internal error.
  if (
    request.destroyed ||
    /^(Unexpected end of|Request (aborted|closed)|Multipart: )/.test(String((error as Error).message))
  ) {
    return cutOff()
  }
  return error
}
