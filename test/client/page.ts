import { onTestFinished, vi } from 'vitest'

/** What a place has by this name, while a test lasts. */
export function stub(name: string, value: unknown): void {
  vi.stubGlobal(name, value)
  onTestFinished(() => void vi.unstubAllGlobals())
}

/** A page around the client: what it tells of itself, and what happens to it. Node.js has none. */
export function stubPage() {
  const listeners = new Set<{ type: string; listener: () => void; capture?: boolean | undefined }>()
  const page = {
    document: { visibilityState: 'visible' },
    navigator: { onLine: true },
    /** What it is listened to for. */
    get listenedTo(): string[] {
      return [...listeners].map(({ type }) => type)
    },
    fire(type: string): void {
      for (const each of [...listeners]) if (each.type === type) each.listener()
    },
  }
  const stubs = {
    document: page.document,
    navigator: page.navigator,
    addEventListener: (type: string, listener: () => void, capture?: boolean) =>
      void listeners.add({ type, listener, capture }),
    removeEventListener(type: string, listener: () => void, capture?: boolean) {
      for (const each of listeners) {
        if (each.type === type && each.listener === listener && each.capture === capture) listeners.delete(each)
      }
    },
  }
  for (const [name, value] of Object.entries(stubs)) stub(name, value)
  return page
}

/** Chance, as a test has it: `value` (0 to 1), and never twice the same. */
export function stubChance(value: number): void {
  let times = 0
  const spy = vi.spyOn(Math, 'random').mockImplementation(() => {
    times += 1
    return value + times * 1e-12
  })
  onTestFinished(() => spy.mockRestore())
}
