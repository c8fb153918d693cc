import { browser } from './browser.js'

interface Waking {
  /** The page or the network came back. */
  back(): void
  /** Somebody uses the page. */
  used(): void
  /** The network went. */
  offline(): void
}

/** Whether nobody can see the page; never where there is none. */
export const isHidden = (): boolean => browser.document?.visibilityState === 'hidden'

/** Listens to what tells of that, where there is such a thing. Gives what ends it. */
export function onWake({ back, used, offline }: Waking): () => void {
  const shown = () => {
    if (isHidden()) return
    back()
    used()
  }
  const listeners: [type: string, listener: () => void][] = [
    ['online', back],
    ['offline', offline],
    ...['visibilitychange', 'pageshow', 'focus'].map((type): [string, () => void] => [type, shown]),
    ...['pointerdown', 'keydown'].map((type): [string, () => void] => [type, used]),
  ]
  // Before anybody on the page can stop them.
  for (const [type, listener] of listeners) browser.addEventListener?.(type, listener, true)
  return () => {
    for (const [type, listener] of listeners) browser.removeEventListener?.(type, listener, true)
  }
}
