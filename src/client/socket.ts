import type { ControlFrame, Ticket, Welcome } from '../contract/frames.js'
import type { ChatEvent } from './api/chat-client.js'
import type { ConnectionState, ConnectionStatus } from './api/connection.js'
import { ChatClientError } from './api/errors.js'
import type { WebSocketLike } from './api/options.js'
import type { Topic } from './api/topic.js'
import { browser, ignore, onWake } from './browser.js'
import { errorOf, type Http } from './http.js'

const firstDelayMs = 300
const longestDelayMs = 10_000
/** Silence for so long means that the line is dead, though nobody has noticed yet. */
const patienceMs = 10_000
const longestAskedDelayMs = 60_000

/** Half of the wait is chance: after a crash everybody comes back, but not in the same moment. */
function backOff(failures: number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** failures)
  return ceiling / 2 + (Math.random() * ceiling) / 2
}

interface Close {
  code?: number
  reason?: string
}

interface Waiting {
  resolve(result: never): void
  reject(error: ChatClientError): void
  timer: ReturnType<typeof setTimeout>
}

export interface SocketParts {
  http: Http
  /** What was seen, for `hello`. */
  seen(): Record<string, number>
  onWelcome(welcome: Welcome): void
  onFrame(frame: ChatEvent | { type: 'room.reset'; roomId: string; revision: number }): void
  onReady(): void
  onLost(): void
}

/** The socket that is always there: it connects, resumes and reconnects for ever, until nobody wants it or the session is over. */
export class Socket implements Topic<ConnectionState> {
  #state: ConnectionState = this.getInitialSnapshot()
  readonly #listeners = new Set<() => void>()
  #socket: WebSocketLike | undefined
  /** Counts attempts: what an earlier one brings is void. */
  #attempt = 0
  #isTrying = false
  #failures = 0
  #liveSince = 0
  #lastHeard = 0
  #heartbeatMs = 25_000
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #patienceTimer: ReturnType<typeof setTimeout> | undefined
  #heartbeat: ReturnType<typeof setInterval> | undefined
  #endWake = ignore as () => void
  #commands = new Map<string, Waiting>()
  #lastCommand = 0
  /** Server time − our time, in ms. */
  skewMs = 0

  constructor(
    readonly parts: SocketParts,
    readonly probe: () => Promise<unknown>,
  ) {}

  getInitialSnapshot(): ConnectionState {
    return idle
  }

  readonly getSnapshot = (): ConnectionState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  get isLive(): boolean {
    return this.#state.status === 'live'
  }

  get #isOver(): boolean {
    return this.#state.status === 'idle' || this.#state.status === 'signed-out'
  }

  start(): void {
    if (!this.#isOver) return
    this.#webSocket()
    this.#liveSince = this.#failures = 0
    this.#endWake = onWake(
      () => this.#wake(),
      () => this.#lose(new ChatClientError('disconnected')),
    )
    this.#set('connecting', null)
    void this.#connect()
  }

  #webSocket() {
    const { WebSocket = browser.WebSocket } = this.parts.http.options
    if (WebSocket) return WebSocket
    throw new TypeError(
      "express-chat: there is no WebSocket here (Node.js has one since 22): `npm install ws`, `import { WebSocket } from 'ws'`, and give it as createChatClient({ WebSocket })",
    )
  }

  /** Ends it: nobody wants it, or the session is over. */
  stop(status: 'idle' | 'signed-out', error: ChatClientError | null = null): void {
    if (this.#isOver) return
    this.#drop(new ChatClientError(status === 'idle' ? 'aborted' : 'disconnected'))
    this.#endWake()
    this.#set(status, error)
  }

  /** Resolves with the result; rejects with `disconnected` where nobody knows whether it was done. */
  command<T>(type: string, fields: object): Promise<T> {
    const socket = this.#socket
    if (!socket || !this.isLive) return Promise.reject(new ChatClientError('disconnected'))
    return new Promise<T>((resolve, reject) => {
      const id = String(++this.#lastCommand)
      // Every command is answered.
      const timer = setTimeout(() => this.#lose(new ChatClientError('unreachable')), patienceMs)
      this.#commands.set(id, { resolve, reject, timer })
      socket.send(JSON.stringify({ type, id, ...fields }))
    })
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retryTimer)
    const attempt = ++this.#attempt
    this.#isTrying = true
    try {
      const { http } = this.parts
      http.forget()
      const { ticket, expiresAt } = await http.request<Ticket>('POST', ['ws-ticket'])
      if (attempt !== this.#attempt) return
      // Tickets last 30 s.
      this.skewMs = Date.parse(expiresAt) - 30_000 - Date.now()
      this.#open(ticket)
    } catch (error) {
      if (attempt === this.#attempt) this.#retry(error as ChatClientError)
    }
  }

  #open(ticket: string): void {
    const url = this.parts.http.base
    url.protocol = url.protocol.replace('http', 'ws')
    url.pathname += '/ws'
    const socket = new (this.#webSocket())(url.href, ['chat.v1', `ticket.${ticket}`])
    this.#socket = socket
    this.#waitFor()
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', rooms: this.parts.seen() }))
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(JSON.parse(String(data)))
    socket.onclose = (close: Close) => this.#closed(close)
    // Told by the close, too.
    socket.onerror = ignore
  }

  /** Until `ready`, something has to come from time to time. */
  #waitFor(): void {
    clearTimeout(this.#patienceTimer)
    this.#patienceTimer = setTimeout(() => this.#lose(new ChatClientError('unreachable')), patienceMs)
  }

  #receive(frame: ControlFrame | ChatEvent): void {
    const { parts } = this
    this.#lastHeard = Date.now()
    if (!this.isLive) this.#waitFor()
    if (frame.type === 'ok' || frame.type === 'error') this.#answer(frame)
    else if (frame.type === 'welcome') {
      this.#heartbeatMs = frame.heartbeatMs
      parts.onWelcome(frame)
    } else if (frame.type === 'ready') {
      clearTimeout(this.#patienceTimer)
      this.#isTrying = false
      this.#liveSince = Date.now()
      this.#heartbeat = setInterval(() => this.#beat(), this.#heartbeatMs)
      this.#state = { status: 'live', error: null, retryAt: null }
      parts.onReady()
      this.#tell()
    } else parts.onFrame(frame)
  }

  #answer(frame: Extract<ControlFrame, { type: 'ok' | 'error' }>): void {
    const waiting = this.#commands.get(frame.id ?? '')
    if (!waiting) return
    this.#commands.delete(frame.id as string)
    clearTimeout(waiting.timer)
    if (frame.type === 'ok') waiting.resolve(frame.result as never)
    else waiting.reject(errorOf(frame.problem, 'internal'))
  }

  /** Browsers answer the server's pings without telling us: something cheap is asked to hear whether the line is alive. */
  #beat(): void {
    if (Date.now() - this.#lastHeard >= this.#heartbeatMs / 2) this.probe().catch(ignore)
  }

  #wake(): void {
    if (this.isLive) this.probe().catch(ignore)
    else if (!this.#isTrying && !this.#isOver) {
      this.#failures = 0
      void this.#connect()
    }
  }

  #closed({ code = 0, reason = '' }: Close): void {
    const error = new ChatClientError('disconnected')
    if (code === 4401) void this.#renew()
    else if (code === 4403) this.stop('signed-out', new ChatClientError('forbidden'))
    else {
      const isAsked = (code === 1001 || code === 1012) && /^\d+$/.test(reason)
      const asked = isAsked ? Math.min(Number(reason), longestAskedDelayMs) : undefined
      this.#lose(error, code === 4429 ? longestDelayMs : asked)
    }
  }

  /** The session is over; whether there is a next one, `auth` knows. */
  async #renew(): Promise<void> {
    this.#drop(new ChatClientError('disconnected'))
    const attempt = this.#attempt
    this.#set('reconnecting', null)
    try {
      const isNew = await this.parts.http.renew()
      if (attempt !== this.#attempt) return
      if (isNew) this.#retry(new ChatClientError('unauthenticated'))
      else this.stop('signed-out', new ChatClientError('unauthenticated'))
    } catch (error) {
      if (attempt === this.#attempt) this.#retry(error as ChatClientError)
    }
  }

  /** Does not wait for the close handshake, which takes its time when nobody is at the other end. */
  #lose(error: ChatClientError, delayMs?: number): void {
    if (!this.#socket) return
    // Only a connection that lasted proves that the trouble is over.
    if (this.isLive && Date.now() - this.#liveSince > longestDelayMs) this.#failures = 0
    this.#drop(error)
    this.#retry(error, delayMs)
  }

  #drop(error: ChatClientError): void {
    const socket = this.#socket
    this.#attempt++
    this.#isTrying = false
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#patienceTimer)
    clearInterval(this.#heartbeat)
    if (socket) {
      this.#socket = undefined
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
      // Not live any more, before anybody who waited asks again.
      this.#state = { status: 'reconnecting', error, retryAt: null }
      this.parts.onLost()
    }
    const commands = [...this.#commands.values()]
    this.#commands.clear()
    for (const { reject, timer } of commands) {
      clearTimeout(timer)
      reject(error.code === 'aborted' ? error : new ChatClientError('disconnected'))
    }
  }

  #retry(error: ChatClientError, delayMs = error.retryAfterMs ?? backOff(this.#failures)): void {
    if (this.#isOver) return
    this.#isTrying = false
    this.#failures++
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => void this.#connect(), delayMs)
    const isOffline = browser.navigator?.onLine === false
    const isKnown = this.#liveSince > 0 || this.#failures > 1
    this.#set(isOffline ? 'offline' : isKnown ? 'reconnecting' : 'connecting', error, Date.now() + delayMs)
  }

  #set(status: ConnectionStatus, error: ChatClientError | null, retryAt: number | null = null): void {
    this.#state = { status, error, retryAt }
    this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

const idle: ConnectionState = { status: 'idle', error: null, retryAt: null }
