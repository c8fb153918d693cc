import type { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { ChatStorage } from '../core/media/storage.js'
import { bool, checkCall, having, object, refuse, text } from '../core/option-checks.js'

/** What `s3Storage` takes. */
export interface S3StorageOptions {
  /**
   * Yours, made with `requestChecksumCalculation` and `responseChecksumValidation` `'WHEN_REQUIRED'`: with the SDK's
   * defaults other stores than Amazon's keep the framing of its checksums as part of the file.
   */
  client: S3Client
  /** The name of a bucket that exists. */
  bucket: string
  /**
   * What all keys begin with. Each chat needs one of its own, since it sweeps what it does not know there.
   *
   * @default 'express-chat/'
   */
  prefix?: string
  /**
   * Whether browsers get the bytes from the bucket itself, by a signed URL; false where they cannot reach it.
   *
   * @default true
   */
  redirect?: boolean
}

const example = "s3Storage({ client: new S3Client({ … }), bucket: 'chat' })"
const check = object<S3StorageOptions>(
  {
    client: having(['send'], `give an S3Client of @aws-sdk/client-s3, as ${example}`),
    bucket: text(`give the name of a bucket, as ${example}`),
    prefix(value, name) {
      if (typeof value !== 'string') refuse(name, value, "give a text, as 'express-chat/'")
    },
    redirect: bool,
  },
  { required: ['client', 'bucket'] },
)

/**
 * Keeps the bytes of media in a bucket of Amazon S3, Cloudflare R2, MinIO or any other store that speaks S3.
 *
 * @throws TypeError without a client or a bucket.
 */
export function s3Storage(options: S3StorageOptions): ChatStorage {
  checkCall('s3Storage', options, check, example)
  const { client, bucket: Bucket, prefix = 'express-chat/', redirect = true } = options
  const objectOf = (key: string) => ({ Bucket, Key: `${prefix}${key}` })
  const checked = checkChecksums(client)
  // Where nobody waits for it, a wrong setting must not end the process: the start says it, and each upload.
  checked.catch(() => undefined)

  return {
    check: () => checked,

    async put(key, bytes, { contentType: ContentType }) {
      await checked
      const upload = new Upload({ client, params: { ...objectOf(key), Body: bytes, ContentType }, queueSize: 1 })
      try {
        await upload.done()
      } catch (error) {
        bytes.destroy()
        // A single PUT whose answer was lost may have been done.
        await client.send(new DeleteObjectCommand(objectOf(key))).catch(() => undefined)
        throw isFull(error)
          ? Object.assign(new Error('the store is full', { cause: error }), { code: 'ENOSPC' })
          : error
      }
    },

    async read(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`
      const found = await orMissing(client.send(new GetObjectCommand({ ...objectOf(key), ...(Range && { Range }) })))
      return found?.Body as Readable | undefined
    },

    async stat(key) {
      const found = await orMissing(client.send(new HeadObjectCommand(objectOf(key))))
      return found && { byteSize: found.ContentLength ?? 0 }
    },

    async delete(key) {
      await client.send(new DeleteObjectCommand(objectOf(key)))
    },

    async *list() {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix })) {
        for (const { Key = '', LastModified = new Date() } of Contents) {
          yield { key: Key.slice(prefix.length), modifiedAt: LastModified }
        }
      }
    },

    ...(redirect && {
      signedUrl(key, { expiresAt, contentType, disposition }) {
        const expiresIn = Math.max(1, Math.ceil((expiresAt.getTime() - Date.now()) / 1000))
        const command = new GetObjectCommand({
          ...objectOf(key),
          ResponseContentType: contentType,
          ResponseContentDisposition: disposition,
          ResponseCacheControl: `private, max-age=${expiresIn}, no-transform`,
        })
        return getSignedUrl(client, command, { expiresIn })
      },
    }),
  }
}

/** Amazon's own store understands the framing that its SDK adds by default. Every other one is told by an endpoint. */
async function checkChecksums({ config }: S3Client): Promise<void> {
  if (config.isCustomEndpoint !== true) return
  const setting = await config.requestChecksumCalculation()
  if (setting === 'WHEN_REQUIRED') return
  throw new Error(
    `express-chat: make the S3Client with { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' }: with ${setting} this store would keep checksums as a part of files`,
  )
}

interface Failure {
  name?: string
  $metadata?: { httpStatusCode?: number }
}

const isFull = (error: unknown): boolean => {
  const { name = '', $metadata } = error as Failure
  return $metadata?.httpStatusCode === 507 || /StorageFull|QuotaExceeded/.test(name)
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    const { name, $metadata } = error as Failure
    if (name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404) return undefined
    throw error
  }
}
