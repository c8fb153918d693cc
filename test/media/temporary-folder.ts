import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'

/** Until the test ends, what is temporary has no place: as in a container without /tmp, or with one that is read-only. */
export function withoutTemporaryFolder(): void {
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, join(import.meta.dirname, 'there is no such folder'))
  onTestFinished(() => void vi.unstubAllEnvs())
}
