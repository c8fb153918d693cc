import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest'

/** Until the test ends, what is temporary has no place: as in a container without /tmp, or with one that is read-only. */
export function withoutTemporaryFolder(): void {
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, join(import.meta.dirname, 'there is no such folder'))
  onTestFinished(() => void vi.unstubAllEnvs())
}

/** Until the tests of this file end, temporary files of this process go where nobody else's are. */
export function givenTemporaryFolder(): { path: string; left(): string[] } {
  const before = process.env.TMPDIR
  const path = mkdtempSync(join(tmpdir(), 'express-chat-temporary-'))
  beforeAll(() => {
    process.env.TMPDIR = path
  })
  afterAll(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(path, { recursive: true, force: true })
  })
  return { path, left: () => readdirSync(path) }
}
