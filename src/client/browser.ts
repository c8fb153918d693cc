import type { WebSocketLike } from './api/options.js'

interface Target {
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
}

/** As much of XMLHttpRequest as an upload needs. */
interface Request {
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null }
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  readonly status: number
  readonly responseText: string
  withCredentials: boolean
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  send(body: FormData): void
  abort(): void
}

/** What browsers have and other places may lack. Types of our own: who compiles against us need not have those of the DOM. */
interface Browser extends Target {
  document?: Target & { visibilityState: string }
  location?: { href: string; origin: string }
  navigator?: {
    onLine?: boolean
    locks?: { request(name: string, hold: () => Promise<void>): Promise<void> }
  }
  WebSocket?: new (url: string, protocols: string[]) => WebSocketLike
  XMLHttpRequest?: new () => Request
}

export const browser = globalThis as unknown as Browser

/** Calls when the network, the page or its visibility came back, and when the network went. Gives what ends that. */
export function onWake(wake: () => void, lose: () => void): () => void {
  const { document } = browser
  const heard: [Target | undefined, string, () => void][] = [
    [browser, 'online', wake],
    [browser, 'pageshow', wake],
    [browser, 'offline', lose],
    [document, 'visibilitychange', () => document?.visibilityState === 'visible' && wake()],
  ]
  for (const [target, type, listener] of heard) target?.addEventListener?.(type, listener)
  return () => {
    for (const [target, type, listener] of heard) target?.removeEventListener?.(type, listener)
  }
}

/** Not `crypto.randomUUID`, which is only there on https and localhost: a chat may be opened by IP address. */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** For promises whose failure is shown elsewhere. */
export const ignore = (): undefined => undefined
