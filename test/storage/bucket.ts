import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import S3rver from 's3rver'

export interface Bucket {
  /** What `s3Storage` takes of it. */
  options: { client: S3Client; bucket: string }
  origin: string
  close(): Promise<void>
}

/** An empty bucket on a server that speaks S3, on a port of its own. */
export async function givenBucket(): Promise<Bucket> {
  const directory = mkdtempSync(join(tmpdir(), 'express-chat-s3-'))
  const bucket = 'uploads'
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory },
    configureBuckets: [{ name: bucket, configs: [] }],
  })
  const { port } = (await server.run()) as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const client = new S3Client({
    ...{ endpoint: origin, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return {
    ...{ options: { client, bucket }, origin },
    async close() {
      client.destroy()
      await server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
