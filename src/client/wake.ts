import { browser } from './browser.js'

interface Waking {
  /** The page or the network came back. */
  back(): void
  /** The user does something on the page. */
  used(): void
  /** The page was shown, or hidden. */
  turned(): void
  /** The network is gone. */
  offline(): void
}

/** Whether the page is hidden; false if there is no page. */
export const isHidden = (): boolean => browser.document?.visibilityState === 'hidden'

/** Listens to the events of the platform, if it has them. Returns a function that ends it. */
export function onWake({ back, used, turned, offline }: Waking): () => void {
  const shown = () => {
    turned()
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
  // In the capture phase, before handlers of the page can stop the events.
  for (const [type, listener] of listeners) browser.addEventListener?.(type, listener, true)
  return () => {
    for (const [type, listener] of listeners) browser.removeEventListener?.(type, listener, true)
  }
}
