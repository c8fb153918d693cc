import type { ControlFrame, Ticket, Welcome } from '../contract/frames.js'
import type { ChatEvent } from './api/chat-client.js'
import type { ConnectionStatus } from './api/connection.js'
import { ChatClientError } from './api/errors.js'
import type { WebSocketLike } from './api/options.js'
import { browser, ignore, newId, onWake } from './browser.js'
import { errorOf, type Http } from './http.js'
import type { RoomReset } from './state/events.js'
import type { Store } from './store.js'

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

/** What the socket tells: frames, and that it is lost. */
export type Frame = Welcome | ChatEvent | RoomReset | { type: 'ready' } | { type: 'lost' }

export type Socket = ReturnType<typeof createSocket>

/**
 * The socket that is always there: it connects, resumes and reconnects for ever, until nobody wants it or the session is
 * over. `seen` gives what was seen, for `hello`; `probe` asks for something cheap, to hear whether the line is alive.
 */
export function createSocket(
  store: Store,
  http: Http,
  seen: () => Record<string, number>,
  hear: (frame: Frame) => void,
  probe: () => void,
) {
  const { WebSocket = browser.WebSocket } = http.options
  const commands = new Map<string, Waiting>()
  let socket: WebSocketLike | undefined
  /** Counts attempts: what an earlier one brings is void. */
  let attempt = 0
  let failures = 0
  let liveSince = 0
  let heartbeatMs = 25_000
  let skewMs = 0
  /** Until the next attempt, until this one is given up, or until a silence has to be looked into: one at a time. */
  let timer: ReturnType<typeof setTimeout> | undefined
  let endWake: () => void = ignore

  const now = () => store.state.connection
  const isLive = () => now().status === 'live'
  const isOver = () => now().status === 'idle' || now().status === 'signed-out'

  function set(status: ConnectionStatus, error: ChatClientError | null = null, retryAt: number | null = null): void {
    store.set({ connection: { status, error, retryAt } })
  }

  function doIn(ms: number, action: () => void): void {
    clearTimeout(timer)
    timer = setTimeout(action, ms)
  }

  async function connect(): Promise<void> {
    drop()
    set(now().status, now().error)
    const current = attempt
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
    const opened = new (WebSocket as NonNullable<typeof WebSocket>)(`${http.base().replace('http', 'ws')}/ws`, [
      'chat.v1',
      `ticket.${ticket}`,
    ])
    socket = opened
    doIn(patienceMs, lose)
    opened.onopen = () => opened.send(JSON.stringify({ type: 'hello', rooms: seen() }))
    opened.onmessage = ({ data }: { data: string }) => receive(JSON.parse(data))
    opened.onclose = closed
    // Told by the close, too.
    opened.onerror = ignore
  }

  function receive(frame: ControlFrame | ChatEvent): void {
    const { type } = frame
    if (type === 'ready') {
      set('live')
      liveSince = Date.now()
    }
    // Browsers answer the server's pings without telling us.
    if (isLive()) doIn(heartbeatMs, probe)
    else doIn(patienceMs, lose)
    if (type === 'welcome') heartbeatMs = frame.heartbeatMs
    if (type === 'ok' || type === 'error') answer(frame)
    else hear(frame)
  }

  function answer(frame: Extract<ControlFrame, { type: 'ok' | 'error' }>): void {
    const { id = '' } = frame
    const { resolve, reject, timer } = commands.get(id) ?? {}
    commands.delete(id)
    clearTimeout(timer)
    if (frame.type === 'ok') resolve?.(frame.result as never)
    else reject?.(errorOf(frame.problem))
  }

  function wake(): void {
    if (isLive()) probe()
    else if (now().retryAt) {
      failures = 0
      void connect()
    }
  }

  function closed({ code, reason }: { code?: number; reason?: string }): void {
    if (code === 4401) void renew()
    else if (code === 4403) stop('forbidden')
    else {
      // A server that goes away says when to come back.
      const askedMs = Math.min(Number(reason), longestAskedDelayMs) || undefined
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
    retry(new ChatClientError(code), delayMs)
  }

  function drop(code: 'aborted' | 'disconnected' = 'disconnected'): void {
    attempt += 1
    clearTimeout(timer)
    const dropped = socket
    socket = undefined
    if (dropped) {
      dropped.onopen = dropped.onmessage = dropped.onclose = null
      dropped.close()
      // Not live any more, before anybody who waited asks again.
      set('reconnecting')
      hear({ type: 'lost' })
    }
    for (const [id, { reject, timer }] of commands) {
      commands.delete(id)
      clearTimeout(timer)
      reject(new ChatClientError(code))
    }
  }

  function retry(error: ChatClientError, delayMs = error.retryAfterMs ?? backOff(failures)): void {
    drop()
    failures += 1
    doIn(delayMs, connect)
    const isOffline = browser.navigator?.onLine === false
    set(isOffline ? 'offline' : liveSince ? 'reconnecting' : 'connecting', error, Date.now() + delayMs)
  }

  /** Ends it: nobody wants it, or the session is over. */
  function stop(code?: 'unauthenticated' | 'forbidden'): void {
    if (isOver()) return
    drop(code ? 'disconnected' : 'aborted')
    endWake()
    if (code) set('signed-out', new ChatClientError(code))
    else set('idle')
  }

  return {
    isLive,
    stop,
    /** Server time − our time, in ms. */
    skewMs: () => skewMs,
    start(): void {
      if (!isOver()) return
      if (!WebSocket) throw new TypeError('express-chat: no WebSocket here: give it that of `npm install ws`')
      liveSince = failures = 0
      endWake = onWake(wake, () => lose('disconnected'))
      set('connecting')
      void connect()
    },
    /** Resolves with the result; rejects with `disconnected` where nobody knows whether it was done. */
    command<T>(type: string, fields: object): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        if (!socket || !isLive()) return reject(new ChatClientError('disconnected'))
        const id = newId()
        // Every command is answered.
        commands.set(id, { resolve, reject, timer: setTimeout(lose, patienceMs) })
        socket.send(JSON.stringify({ type, id, ...fields }))
      })
    },
  }
}
