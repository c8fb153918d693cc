import { Readable } from 'node:stream'
import { S3Client } from '@aws-sdk/client-s3'
import { s3Storage } from 'express-chat/s3'
import { storageContract } from 'express-chat/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bucket, givenBucket } from './bucket.js'

describe('s3Storage', () => {
  let given: Bucket
  beforeAll(async () => {
    given = await givenBucket()
  })
  afterAll(() => given.close())

  const storage = () => s3Storage(given)

  for (const { name, run } of storageContract(storage)) it(name, run)

  it('sees nothing of what lies beside its prefix', async () => {
    const other = s3Storage({ ...given, prefix: 'other/' })
    await other.put('theirs', Readable.from(['x'], { objectMode: false }), { contentType: 'text/plain' })
    for await (const { key } of storage().list()) expect(key).not.toContain('theirs')
    expect(await storage().stat('theirs')).toBeUndefined()
  })

  it('signs no URLs where browsers cannot reach the bucket', () => {
    expect(s3Storage({ ...given, redirect: false }).signedUrl).toBeUndefined()
  })

  it('refuses a client whose checksums would become part of files', async () => {
    const { endpoint, region, credentials } = given.client.config
    const client = new S3Client({ ...(endpoint && { endpoint }), region, credentials, forcePathStyle: true })
    const bytes = Readable.from(['x'], { objectMode: false })
    const putting = s3Storage({ client, bucket: given.bucket }).put('k', bytes, { contentType: 'text/plain' })
    await expect(putting).rejects.toThrow(/WHEN_REQUIRED/)
  })
})
