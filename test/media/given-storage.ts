import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChatStorage, diskStorage } from 'express-chat'

export interface GivenStorage {
  storage: ChatStorage
  directory: string
  /** Keys of everything that is in the store now. */
  keys(): Promise<string[]>
  remove(): void
}

/** A folder of its own for what a test uploads. */
export function givenStorage(): GivenStorage {
  const directory = mkdtempSync(join(tmpdir(), 'express-chat-test-'))
  const storage = diskStorage({ directory })
  return {
    storage,
    directory,
    keys: () => keysIn(storage),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

export async function keysIn(storage: ChatStorage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys.sort()
}
