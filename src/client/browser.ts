import type { WebSocketLike } from './api/options.js'

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
interface Browser {
  addEventListener?(type: string, listener: () => void, capture?: boolean): void
  removeEventListener?(type: string, listener: () => void, capture?: boolean): void
  document?: { visibilityState?: string }
  location?: { href: string; origin: string }
  navigator?: {
    onLine?: boolean
    locks?: {
      request(
        name: string,
        options: { ifAvailable?: boolean; signal?: AbortSignal },
        hold: (lock: unknown) => Promise<void>,
      ): Promise<void>
    }
  }
  fetch: typeof globalThis.fetch
  WebSocket?: new (url: string, protocols: string[]) => WebSocketLike
  XMLHttpRequest?: new () => Request
}

export const browser = globalThis as unknown as Browser

/** Not `crypto.randomUUID`, which is only there on https and localhost: a chat may be opened by IP address. */
export const newId = (): string => `${Date.now()}-${Math.random()}`

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** For promises whose failure is shown elsewhere. */
export const ignore = (): undefined => undefined
