/**
 * What signs the user in: a token, sent as `Authorization: Bearer …`, or headers; null for nobody.
 */
export type Credentials = string | Record<string, string> | null

/** As much of the browser's WebSocket as the client needs; that of the `ws` package fits too. */
export interface WebSocketLike {
  /** Called once the socket is open. */
  onopen: ((event: never) => void) | null
  /** Called with each frame, whose `data` is a text. */
  onmessage: ((event: never) => void) | null
  /** Called once, with the `code` and the `reason`. */
  onclose: ((event: never) => void) | null
  /** Called when it fails; `onclose` follows. */
  onerror: ((event: never) => void) | null
  /** Sends a frame of text. */
  send(data: string): void
  /** Ends the socket. */
  close(): void
}

/**
 * `localStorage`, `sessionStorage`, or anything that does the same; or one that answers with promises, as React Native's
 * `AsyncStorage` does. It may fail at any call: messages then live as long as the client.
 */
export type ChatClientStorage =
  | {
      /** How many keys there are. */
      readonly length: number
      /** The key at a place, counted from 0; null past the end. */
      key(index: number): string | null
      /** What lies under a key; null where nothing does. */
      getItem(key: string): string | null
      /** Keeps a text under a key. */
      setItem(key: string, value: string): void
      /** Takes away what lies under a key, if anything does. */
      removeItem(key: string): void
    }
  | {
      /** All keys there are. */
      getAllKeys(): Promise<readonly string[]>
      /** What lies under a key; null where nothing does. */
      getItem(key: string): Promise<string | null>
      /** Keeps a text under a key. */
      setItem(key: string, value: string): Promise<void>
      /** Takes away what lies under a key, if anything does. */
      removeItem(key: string): Promise<void>
    }

/** What `createChatClient` takes. */
export interface ChatClientOptions {
  /** Where the chat's router is mounted, as `/chat`; outside of browsers with its origin, as `https://example.com/chat`. */
  url: string
  /**
   * Tells who the user is. Called for each connection and for the first request, and again when the server answers 401 or
   * ends the session: giving the same as before then signs out, and so does null. Throwing counts as being unreachable, so
   * it is called again. Leave it away where cookies sign in.
   */
  auth?: (() => Credentials | Promise<Credentials>) | undefined
  /**
   * Whether cookies go along, as of `fetch`. A chat on another origin needs `include`.
   *
   * @default 'same-origin'
   */
  credentials?: 'omit' | 'same-origin' | 'include' | undefined
  /**
   * Where messages wait that were not sent yet, or were refused, so that they survive a reload: `localStorage`, or
   * `AsyncStorage`; and drafts. They are kept for each user apart. What lies there and cannot be read is removed. None: they live as long
   * as the client.
   */
  storage?: ChatClientStorage | undefined
  /**
   * Names what the client keeps in `storage`.
   *
   * @default `express-chat ${url}`
   */
  storageKey?: string | undefined
  /**
   * For Node.js below 22, which has none: that of the `ws` package.
   *
   * @default globalThis.WebSocket
   */
  WebSocket?: (new (url: string, protocols: string[]) => WebSocketLike) | undefined
  /**
   * What requests are made with.
   *
   * @default globalThis.fetch
   */
  fetch?: typeof globalThis.fetch | undefined
}
