import { Readable } from 'node:stream'
import { S3Client } from '@aws-sdk/client-s3'
import { s3Storage } from 'express-chat/s3'
import { storageContract } from 'express-chat/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost } from '../host.js'
import { givenDatabase } from '../realtime/given.js'
import { type Bucket, givenBucket } from './bucket.js'

describe('s3Storage', () => {
  let given: Bucket
  beforeAll(async () => {
    given = await givenBucket()
  })
  afterAll(() => given.close())

  const storage = () => s3Storage(given.options)

  for (const { name, run } of storageContract(storage)) it(name, run)

  it('sees nothing of what lies beside its prefix', async () => {
    const other = s3Storage({ ...given.options, prefix: 'other/' })
    await other.put('theirs', Readable.from(['x'], { objectMode: false }), { contentType: 'text/plain' })
    const own = s3Storage({ ...given.options, prefix: 'own/' })
    await own.put('mine', Readable.from(['x'], { objectMode: false }), { contentType: 'text/plain' })
    const keys: string[] = []
    for await (const { key } of own.list()) keys.push(key)
    expect(keys).toEqual(['mine'])
    expect(await own.stat('theirs')).toBeUndefined()
  })

  it('signs no URLs where browsers cannot reach the bucket', () => {
    expect(s3Storage({ ...given.options, redirect: false }).signedUrl).toBeUndefined()
  })

  it('refuses a client whose checksums would become part of files', async () => {
    const { endpoint, region, credentials } = given.options.client.config
    const client = new S3Client({ ...(endpoint && { endpoint }), region, credentials, forcePathStyle: true })
    const bytes = Readable.from(['x'], { objectMode: false })
    const wrong = s3Storage({ client, bucket: given.options.bucket })
    await expect(wrong.put('k', bytes, { contentType: 'text/plain' })).rejects.toThrow(/WHEN_REQUIRED/)
    const host = await startHost(await givenDatabase(), { storage: wrong })
    await expect(host.chat.ready()).rejects.toThrow(/^express-chat: make the S3Client with .*WHEN_REQUIRED/)
    await host.close()
  })
})
