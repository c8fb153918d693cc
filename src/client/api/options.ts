/**
 * What signs the user in: a token, sent as `Authorization: Bearer …`, or headers; null for nobody.
 */
export type Credentials = string | Record<string, string> | null

/** As much of the browser's WebSocket as the client needs; that of the `ws` package fits too. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: string): void
  close(): void
}

/**
 * `localStorage`, `sessionStorage`, or anything that does the same; or one that answers with promises, as React Native's
 * `AsyncStorage` does. It may fail at any call: messages then live as long as the client.
 */
export type ChatClientStorage =
  | {
      readonly length: number
      key(index: number): string | null
      getItem(key: string): string | null
      setItem(key: string, value: string): void
      removeItem(key: string): void
    }
  | {
      getAllKeys(): Promise<readonly string[]>
      getItem(key: string): Promise<string | null>
      setItem(key: string, value: string): Promise<void>
      removeItem(key: string): Promise<void>
    }

export interface ChatClientOptions {
  /** Where the chat's router is mounted, as `/chat`; outside of browsers with its origin, as `https://example.com/chat`. */
  url: string
  /**
   * Tells who the user is. Called for each connection and for the first request, and again when the server answers 401 or
   * ends the session: giving the same as before then signs out, and so does null. Throwing counts as being unreachable, so
   * it is called again. Leave it away where cookies sign in.
   */
  auth?: (() => Credentials | Promise<Credentials>) | undefined
  /** Whether cookies go along, as of `fetch`; `same-origin`. A chat on another origin needs `include`. */
  credentials?: 'omit' | 'same-origin' | 'include' | undefined
  /**
   * Where messages wait that were not sent yet, or were refused, so that they survive a reload: `localStorage`, or
   * `AsyncStorage`. They are kept for each user apart. What lies there and cannot be read is removed. None: they live as long
   * as the client.
   */
  storage?: ChatClientStorage | undefined
  /** Names what the client keeps in `storage`; `express-chat` and the URL. */
  storageKey?: string | undefined
  /** For Node.js below 22, which has none: that of the `ws` package. `globalThis.WebSocket`. */
  WebSocket?: (new (url: string, protocols: string[]) => WebSocketLike) | undefined
  /** `globalThis.fetch` */
  fetch?: typeof globalThis.fetch | undefined
}
