import type { ControlFrame, Ticket, Welcome } from '../contract/frames.js'
import type { ChatEvent } from './api/chat-client.js'
import type { ConnectionState, ConnectionStatus } from './api/connection.js'
import { ChatClientError } from './api/errors.js'
import type { WebSocketLike } from './api/options.js'
import { browser, ignore, onWake } from './browser.js'
import { errorOf, type Http } from './http.js'
import { createListeners } from './store.js'

const firstDelayMs = 300
const longestDelayMs = 10_000
/** Silence for so long means that the line is dead, though nobody has noticed yet. */
const patienceMs = 10_000
const longestAskedDelayMs = 60_000

/** Half of the wait is chance: after a crash everybody comes back, but not in the same moment. */
const backOff = (failures: number): number =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** failures) * (0.5 + Math.random() / 2)

interface Waiting {
  resolve(result: never): void
  reject(error: ChatClientError): void
  timer: ReturnType<typeof setTimeout>
}

export interface SocketParts {
  http: Http
  /** What was seen, for `hello`. */
  seen(): Record<string, number>
  /** Asks for something cheap, to hear whether the line is alive. */
  probe(): void
  onWelcome(welcome: Welcome): void
  onFrame(frame: ChatEvent | { type: 'room.reset'; roomId: string; revision: number }): void
  onReady(): void
  onLost(): void
}

const idle: ConnectionState = { status: 'idle', error: null, retryAt: null }

export type Socket = ReturnType<typeof createSocket>

/** The socket that is always there: it connects, resumes and reconnects for ever, until nobody wants it or the session is over. */
export function createSocket({ http, seen, probe, onWelcome, onFrame, onReady, onLost }: SocketParts) {
  const { tell, listen } = createListeners()
  const commands = new Map<string, Waiting>()
  let state = idle
  let socket: WebSocketLike | undefined
  /** Counts attempts: what an earlier one brings is void. */
  let attempt = 0
  let isTrying = false
  let failures = 0
  let liveSince = 0
  let lastHeard = 0
  let heartbeatMs = 25_000
  let lastCommand = 0
  let skewMs = 0
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let patienceTimer: ReturnType<typeof setTimeout> | undefined
  let heartbeat: ReturnType<typeof setInterval> | undefined
  let endWake: () => void = ignore

  const isLive = () => state.status === 'live'
  const isOver = () => state.status === 'idle' || state.status === 'signed-out'

  function set(status: ConnectionStatus, error: ChatClientError | null = null, retryAt: number | null = null): void {
    state = { status, error, retryAt }
    tell()
  }

  function webSocket() {
    const { WebSocket = browser.WebSocket } = http.options
    if (WebSocket) return WebSocket
    throw new TypeError(
      'express-chat: no WebSocket here (Node.js < 22): `npm install ws` and give createChatClient its WebSocket',
    )
  }

  async function connect(): Promise<void> {
    clearTimeout(retryTimer)
    attempt += 1
    const current = attempt
    isTrying = true
    try {
      http.forget()
      const { ticket, expiresAt } = await http.send<Ticket>('POST', ['ws-ticket'])
      if (current !== attempt) return
      // Tickets last 30 s.
      skewMs = Date.parse(expiresAt) - 30_000 - Date.now()
      open(ticket)
    } catch (error) {
      if (current === attempt) retry(error as ChatClientError)
    }
  }

  function open(ticket: string): void {
    const url = http.base()
    url.protocol = url.protocol.replace('http', 'ws')
    url.pathname += '/ws'
    const opened = new (webSocket())(url.href, ['chat.v1', `ticket.${ticket}`])
    socket = opened
    beSoon()
    opened.onopen = () => opened.send(JSON.stringify({ type: 'hello', rooms: seen() }))
    opened.onmessage = ({ data }: { data: string }) => receive(JSON.parse(data))
    opened.onclose = closed
    // Told by the close, too.
    opened.onerror = ignore
  }

  /** Until `ready`, something has to come from time to time. */
  function beSoon(): void {
    clearTimeout(patienceTimer)
    patienceTimer = setTimeout(lose, patienceMs)
  }

  function receive(frame: ControlFrame | ChatEvent): void {
    lastHeard = Date.now()
    if (!isLive()) beSoon()
    if (frame.type === 'ok' || frame.type === 'error') answer(frame)
    else if (frame.type === 'welcome') {
      heartbeatMs = frame.heartbeatMs
      onWelcome(frame)
    } else if (frame.type !== 'ready') onFrame(frame)
    else {
      clearTimeout(patienceTimer)
      isTrying = false
      liveSince = lastHeard
      // Browsers answer the server's pings without telling us.
      heartbeat = setInterval(() => Date.now() - lastHeard >= heartbeatMs / 2 && probe(), heartbeatMs)
      state = { ...idle, status: 'live' }
      onReady()
      tell()
    }
  }

  function answer(frame: Extract<ControlFrame, { type: 'ok' | 'error' }>): void {
    const waiting = commands.get(frame.id ?? '')
    if (!waiting) return
    commands.delete(frame.id ?? '')
    clearTimeout(waiting.timer)
    if (frame.type === 'ok') waiting.resolve(frame.result as never)
    else waiting.reject(errorOf(frame.problem, 'internal'))
  }

  function wake(): void {
    if (isLive()) probe()
    else if (!isTrying) {
      failures = 0
      void connect()
    }
  }

  function closed({ code, reason = '' }: { code?: number; reason?: string }): void {
    if (code === 4401) void renew()
    else if (code === 4403) stop('signed-out', 'forbidden')
    else {
      const isAsked = (code === 1001 || code === 1012) && /^\d+$/.test(reason)
      const askedMs = isAsked ? Math.min(Number(reason), longestAskedDelayMs) : undefined
      lose('disconnected', code === 4429 ? longestDelayMs : askedMs)
    }
  }

  /** The session is over; whether there is a next one, `auth` knows, and of cookies the server. */
  async function renew(): Promise<void> {
    drop()
    set('reconnecting')
    const current = attempt
    const next = (error: unknown) => current === attempt && retry(error as ChatClientError)
    if (http.options.auth) await http.again().catch(next)
    next(new ChatClientError('unauthenticated'))
  }

  /** Does not wait for the close handshake, which takes its time when nobody is at the other end. */
  function lose(code: 'unreachable' | 'disconnected' = 'unreachable', delayMs?: number): void {
    if (!socket) return
    // Only a connection that lasted proves that the trouble is over.
    if (isLive() && Date.now() - liveSince > longestDelayMs) failures = 0
    drop()
    retry(new ChatClientError(code), delayMs)
  }

  function drop(code: 'aborted' | 'disconnected' = 'disconnected'): void {
    attempt += 1
    isTrying = false
    clearTimeout(retryTimer)
    clearTimeout(patienceTimer)
    clearInterval(heartbeat)
    const dropped = socket
    socket = undefined
    if (dropped) {
      dropped.onopen = dropped.onmessage = dropped.onclose = null
      dropped.close()
      // Not live any more, before anybody who waited asks again.
      state = { ...state, status: 'reconnecting' }
      onLost()
    }
    const waiting = [...commands.values()]
    commands.clear()
    for (const { reject, timer } of waiting) {
      clearTimeout(timer)
      reject(new ChatClientError(code))
    }
  }

  function retry(error: ChatClientError, delayMs = error.retryAfterMs ?? backOff(failures)): void {
    if (isOver()) return
    attempt += 1
    isTrying = false
    failures += 1
    clearTimeout(retryTimer)
    retryTimer = setTimeout(connect, delayMs)
    const isOffline = browser.navigator?.onLine === false
    const isFirst = liveSince === 0 && failures < 2
    set(isOffline ? 'offline' : isFirst ? 'connecting' : 'reconnecting', error, Date.now() + delayMs)
  }

  /** Ends it: nobody wants it, or the session is over. */
  function stop(status: 'idle' | 'signed-out', code?: 'unauthenticated' | 'forbidden'): void {
    if (isOver()) return
    drop(code ? 'disconnected' : 'aborted')
    endWake()
    set(status, code ? new ChatClientError(code) : null)
  }

  return {
    topic: { getSnapshot: () => state, getInitialSnapshot: () => idle, subscribe: listen },
    isLive,
    stop,
    /** Server time − our time, in ms. */
    skewMs: () => skewMs,
    start(): void {
      if (!isOver()) return
      webSocket()
      liveSince = failures = 0
      endWake = onWake(wake, () => lose('disconnected'))
      set('connecting')
      void connect()
    },
    /** Resolves with the result; rejects with `disconnected` where nobody knows whether it was done. */
    command<T>(type: string, fields: object): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        if (!socket || !isLive()) return reject(new ChatClientError('disconnected'))
        lastCommand += 1
        const id = String(lastCommand)
        // Every command is answered.
        commands.set(id, { resolve, reject, timer: setTimeout(lose, patienceMs) })
        socket.send(JSON.stringify({ type, id, ...fields }))
      })
    },
  }
}
