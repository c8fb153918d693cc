import { vi } from 'vitest'

/** The map that something is put into first: what grows without end is seen by nothing else. */
export function mapOf(act: () => unknown): Map<unknown, unknown> {
  const put = vi.spyOn(Map.prototype, 'set')
  try {
    act()
    return put.mock.contexts[0] as Map<unknown, unknown>
  } finally {
    put.mockRestore()
  }
}
