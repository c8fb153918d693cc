import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { type ChatStorage, type DiskStorageOptions, diskStorage } from 'express-chat'
import { type S3StorageOptions, s3Storage } from 'express-chat/s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { givenStorage } from '../media/given-storage.js'
import { blockOf, execute } from '../readme.js'
import { givenBucket } from '../storage/bucket.js'

/** The storage that a piece of the page gives to the chat. */
async function storageOf(name: string, scope: Record<string, unknown>): Promise<ChatStorage> {
  const block = blockOf('docs/files.md', `test/docs/files.test.ts: ${name}`).replace(/^import .*\n/gm, '')
  const given = { options: {}, createChatRouter: ({ storage }: { storage: ChatStorage }) => storage, ...scope }
  return (await execute(`${block}\nreturn chat`, given)) as ChatStorage
}

describe('the page on files shows how they are kept', () => {
  const kept = async (storage: ChatStorage) => {
    await storage.put('a-key', Readable.from(['some bytes'], { objectMode: false }), { contentType: 'text/plain' })
    return text((await storage.read('a-key')) as Readable)
  }

  it('on a disk', async () => {
    const { directory, keys, remove } = givenStorage()
    onTestFinished(remove)
    const storage = await storageOf('disk', {
      diskStorage: (options: DiskStorageOptions) => {
        expect(options).toEqual({ directory: 'uploads' })
        return diskStorage({ directory })
      },
    })
    expect(await kept(storage)).toBe('some bytes')
    expect(await keys()).toEqual(['a-key'])
  })

  it('in a bucket, without checksums in them', async () => {
    const bucket = await givenBucket()
    onTestFinished(() => bucket.close())
    const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
    const storage = await storageOf('bucket', {
      endpoint: bucket.origin,
      region: 'us-east-1',
      S3Client: class extends S3Client {
        constructor(config: S3ClientConfig) {
          super({ ...config, credentials, forcePathStyle: true })
        }
      },
      s3Storage: (options: S3StorageOptions) => {
        onTestFinished(() => options.client.destroy())
        return s3Storage({ ...options, bucket: bucket.options.bucket })
      },
    })
    expect(await kept(storage)).toBe('some bytes')
    expect(storage.signedUrl).toBeDefined()
  })
})
