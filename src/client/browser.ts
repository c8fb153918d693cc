import type { WebSocketLike } from './api/options.js'

interface Target {
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}

/** As much of XMLHttpRequest as an upload needs. */
interface Request {
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null }
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  readonly status: number
  readonly statusText: string
  readonly responseText: string
  withCredentials: boolean
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  send(body: FormData): void
  abort(): void
}

/** What browsers have and other places may lack. Types of our own: who compiles against us need not have those of the DOM. */
interface Browser extends Partial<Target> {
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

const isVisible = (): boolean => browser.document?.visibilityState !== 'hidden'

/** Calls when the network, the page or its visibility came back, and when the network went. Gives what ends that. */
export function onWake(wake: () => void, lose: () => void): () => void {
  const { document } = browser
  const seen = () => isVisible() && wake()
  browser.addEventListener?.('online', wake)
  browser.addEventListener?.('pageshow', wake)
  browser.addEventListener?.('offline', lose)
  document?.addEventListener('visibilitychange', seen)
  return () => {
    browser.removeEventListener?.('online', wake)
    browser.removeEventListener?.('pageshow', wake)
    browser.removeEventListener?.('offline', lose)
    document?.removeEventListener('visibilitychange', seen)
  }
}

/** `crypto.randomUUID` is only there on https and localhost, and a chat may be opened by IP address. */
export function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** For promises whose failure is shown elsewhere. */
export const ignore = (): undefined => undefined
