import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChatStorage, diskStorage } from 'express-chat'

/** Where uploads go: a folder, or with S3_ENDPOINT and S3_BUCKET a bucket, from which browsers get them themselves. */
export async function storageFor(
  folder: string,
  { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region = 'us-east-1' }: NodeJS.ProcessEnv,
): Promise<{ storage: ChatStorage; origin: string }> {
  if (endpoint && bucket) {
    const [{ S3Client }, { s3Storage }] = await Promise.all([import('@aws-sdk/client-s3'), import('express-chat/s3')])
    // Credentials come from the environment too: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    const client = new S3Client({
      ...{ endpoint, region, forcePathStyle: true },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
    return { storage: s3Storage({ client, bucket }), origin: new URL(endpoint).origin }
  }
  const directory = join(folder, 'uploads')
  await mkdir(directory, { recursive: true })
  return { storage: diskStorage({ directory }), origin: '' }
}
