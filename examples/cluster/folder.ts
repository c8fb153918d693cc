import { mkdir } from 'node:fs/promises'
import { secretIn } from '../demo/secret.js'

/** The folder that all servers share, with the secret in it before the first of them looks for one. */
export async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await secretIn(folder)
}
