import { Window } from 'happy-dom'
import type { ReactElement } from 'react'
import { onTestFinished } from 'vitest'
import { patienceMs } from '../patience.js'

// React looks for a document when it is loaded. Nothing else of a browser: the network is that of Node.js.
const window = new Window({ url: 'http://localhost' })
const { document } = window
Object.assign(globalThis, { window, document })
if (!('navigator' in globalThis)) Object.assign(globalThis, { navigator: window.navigator })
const { createRoot, hydrateRoot } = await import('react-dom/client')
const react = await import('react')

export { document }

/** What the network brings between two of these is rendered as in any page. */
export async function act(action: () => Promise<unknown>): Promise<void> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  try {
    await react.act(async () => void (await action()))
  } finally {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false })
  }
}

/** Renders into a document, until the test is over. */
export async function render(element: ReactElement, html?: string) {
  const container = document.createElement('div')
  document.body.append(container)
  if (html !== undefined) container.innerHTML = html
  const root = html === undefined ? createRoot(container as never) : hydrateRoot(container as never, element)
  const show = (next: ReactElement) => act(async () => root.render(next))
  const unmount = () => act(async () => root.unmount())
  onTestFinished(unmount)
  if (html === undefined) await show(element)
  else await act(async () => undefined)
  return { container, show, unmount }
}

/** Waits for what comes over the network to be rendered. */
export async function eventually(isSo: () => unknown): Promise<void> {
  const end = Date.now() + patienceMs
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`it did not come: ${document.body.innerHTML.slice(0, 2_000)}`)
    await act(() => new Promise((resolve) => setTimeout(resolve, 10)))
  }
}
