import type { ControlFrame, Ticket, Welcome } from '../contract/frames.js'
import type { ChatEvent } from './api/chat-client.js'
import type { ConnectionStatus } from './api/connection.js'
import { ChatClientError } from './api/errors.js'
import type { WebSocketLike } from './api/options.js'
import { browser, ignore } from './browser.js'
import { createCommands } from './commands.js'
import { helloFrames } from './hello.js'
import type { Http } from './http.js'
import type { KeyedMutex } from './keyed-mutex.js'
import type { RoomReset } from './state/events.js'
import type { Store } from './store.js'
import { longestWaitMs, since, waitAtMost, waitOf } from './waits.js'
import { isHidden, onWake } from './wake.js'

const firstDelayMs = 300
const longestDelayMs = 10_000
/** After this long without a frame the connection counts as dead. */
const patienceMs = 10_000
/** A connection that has received a frame this recently needs no probe. */
const freshMs = 2_000
/** How often a signed-out client looks for a session by itself. */
const sessionMs = 5_000

/** Half of the wait is random, so that after a crash not all clients come back at the same moment. */
const backOff = (failures: number, longestMs = longestDelayMs): number =>
  Math.min(longestMs, firstDelayMs * 2 ** failures) * (0.5 + Math.random() / 2)

/** The server closed the socket because of a frame; the same frame would close it again. */
const offences: readonly unknown[] = [1002, 1003, 1007, 1008, 1009, 4400]
/** The same, or `hello` came too late, or its replay was more than this connection can take: reconnecting at once is too soon. */
const refusals: readonly unknown[] = [...offences, 4408, 4413]

/** What the socket passes on: frames, and that it is lost. */
export type Frame = Welcome | ChatEvent | RoomReset | { type: 'ready' } | { type: 'lost' }

export type Socket = ReturnType<typeof createSocket>

/**
 * The connection: it connects, resumes and reconnects for ever, until nobody needs it or the session is over. `seen` returns
 * the known revisions for `hello`, or nothing for a fresh start; `probe` requests something cheap, to find out whether the
 * connection is alive.
 */
export function createSocket(
  store: Store,
  http: Http,
  mutex: KeyedMutex,
  seen: (isFresh: boolean) => Record<string, number>,
  onFrame: (frame: Frame) => void,
  probe: () => void,
) {
  const { WebSocket = browser.WebSocket } = http.options
  const commands = createCommands(mutex, {
    isLive: () => isLive(),
    send: (data) => socket?.send(data),
    lose: () => lose(new ChatClientError('unreachable')),
  })
  let socket: WebSocketLike | undefined
  /** Counts attempts: results of earlier ones are ignored. */
  let attempt = 0
  let failures = 0
  let liveSince = 0
  let receivedAt = 0
  let heartbeatMs = 25_000
  let skewMs = 0
  /** The next `hello` names no rooms, because the server closed the socket when it did. */
  let isFresh = false
  /** Whether the server wants to know if the user looks, what it was told last, and what the host says of it. */
  let asks = false
  let told = true
  let inFront: boolean | undefined
  /** When the client last looked for a session. */
  let lookedAt = 0
  /** The timer of the next attempt, of the end of this one, or of the next check for silence: one at a time. */
  let endTimer: () => void = ignore
  let endWake: () => void = ignore

  const now = () => store.state.connection
  const is = (...statuses: ConnectionStatus[]) => statuses.includes(now().status)
  const isLive = () => is('live')

  function set(status: ConnectionStatus, error: ChatClientError | null = null, retryAt: number | null = null): void {
    store.set({ connection: { status, error, retryAt } })
  }

  function doIn(ms: number, action: () => void): void {
    endTimer()
    const timer = setTimeout(action, ms)
    endTimer = () => clearTimeout(timer)
  }

  async function connect(): Promise<void> {
    drop()
    const { status, error } = now()
    // While it only looks for a session, the status stays `signed-out`.
    set(status === 'replaced' ? 'reconnecting' : status, error)
    const current = attempt
    try {
      http.forget()
      const { ticket, expiresAt } = await http.send<Ticket>('POST', ['ws-ticket'])
      if (current !== attempt) return
      // Tickets last 30 s.
      skewMs = Date.parse(expiresAt) - 30_000 - Date.now() || 0
      if (is('signed-out')) set('connecting')
      open(ticket)
    } catch (error) {
      if (current === attempt && !is('signed-out')) retry(error as ChatClientError)
    }
  }

  function open(ticket: string): void {
    const opened = new (WebSocket as NonNullable<typeof WebSocket>)(`${http.base().replace('http', 'ws')}/ws`, [
      'chat.v1',
      `ticket.${ticket}`,
    ])
    socket = opened
    waitForMore()
    opened.onopen = () => {
      for (const frame of helloFrames(seen(isFresh))) opened.send(frame)
    }
    opened.onmessage = ({ data }: { data: string }) => receive(JSON.parse(data))
    opened.onclose = closed
    // The close event follows.
    opened.onerror = ignore
  }

  /** A server that was too slow the last time gets more time. */
  function waitForMore(): void {
    endTimer()
    endTimer = waitAtMost(Math.min(patienceMs * (failures + 1), longestWaitMs), lose)
  }

  function receive(frame: ControlFrame | ChatEvent): void {
    const { type } = frame
    receivedAt = Date.now()
    if (type === 'ready') {
      isFresh = false
      set('live')
      liveSince = receivedAt
      turned()
    }
    // Browsers answer the server's pings without an event.
    if (isLive()) doIn(heartbeatMs, probe)
    else waitForMore()
    if (type === 'welcome') {
      heartbeatMs = waitOf(frame.heartbeatMs, 1_000) ?? heartbeatMs
      commands.limit(frame)
      asks = frame.asksInFront === true
      told = true
    }
    if (type === 'ok' || type === 'error') commands.answer(frame)
    else onFrame(frame)
  }

  /** The page or the network came back. */
  function back(): void {
    const { status, retryAt, error } = now()
    if (status === 'live') {
      if (since(receivedAt) > freshMs) probe()
    } else if (status === 'signed-out') {
      if (since(lookedAt) < sessionMs) return
      lookedAt = Date.now()
      void connect()
    } else if (retryAt && error?.code !== 'rate_limited' && !isRefusal(error)) {
      failures = 0
      void connect()
    }
  }

  /** Tells a server that wants to know whether the user looks. */
  function turned(): void {
    const looks = inFront ?? !isHidden()
    if (!asks || !isLive() || told === looks) return
    told = looks
    commands.command('presence.set', { inFront: looks }).catch(ignore)
  }

  /** The user does something in this client, so it becomes the live one again. */
  function used(): void {
    if (is('replaced')) void connect()
  }

  const isRefusal = (error: ChatClientError | null) => refusals.includes(error?.closeCode) || error?.closeCode === 4429

  function closed({ code, reason }: { code?: number; reason?: string }): void {
    const error = new ChatClientError('disconnected', { closeCode: code, retryAfterMs: waitOf(reason) })
    if (code === 4401) void renew(error)
    else if (code === 4403) stop('forbidden', error)
    else if (code === 4409) replaced(error)
    else lose(error)
  }

  /** The user has opened too many sockets, newer ones elsewhere: if this one came back at once, they would replace each other for ever. */
  function replaced(error: ChatClientError): void {
    drop(error)
    set('replaced', error)
  }

  /** The session is over. `auth` knows whether there is another one; with cookies the server knows. */
  async function renew(error: ChatClientError): Promise<void> {
    drop(error)
    set('reconnecting')
    const current = attempt
    const next = (error: unknown) => current === attempt && retry(error as ChatClientError)
    if (http.options.auth) await http.again().catch(next)
    next(new ChatClientError('unauthenticated', { closeCode: error.closeCode }))
  }

  /** Does not wait for the close handshake, which takes long if the other end is gone. */
  function lose(error = new ChatClientError('unreachable')): void {
    if (!socket) return
    // Only a connection that has lasted shows that the trouble is over.
    if (isLive() && since(liveSince) > longestDelayMs) failures = 0
    if (!isLive() && refusals.includes(error.closeCode)) isFresh = true
    retry(error)
  }

  function drop(error = new ChatClientError('disconnected')): void {
    attempt += 1
    endTimer()
    const dropped = socket
    socket = undefined
    if (dropped) {
      dropped.onopen = dropped.onmessage = dropped.onclose = null
      dropped.close()
      // The status changes before waiting callers try again.
      set('reconnecting')
      onFrame({ type: 'lost' })
    }
    commands.lost(error, offences.includes(error.closeCode))
  }

  function retry(error: ChatClientError): void {
    drop(error)
    const soonestMs = isRefusal(error)
      ? backOff(failures + (error.closeCode === 4429 ? 5 : 2), longestWaitMs)
      : backOff(failures)
    const delayMs = Math.max(soonestMs, error.retryAfterMs ?? 0)
    failures += 1
    doIn(delayMs, connect)
    const isOffline = browser.navigator?.onLine === false
    set(isOffline ? 'offline' : liveSince ? 'reconnecting' : 'connecting', error, Date.now() + delayMs)
  }

  /** Ends the connection: nobody needs it, or the session is over, which is looked for again when the user comes back. */
  function stop(code?: 'unauthenticated' | 'forbidden', cause?: ChatClientError): void {
    if (!code) endWake()
    if (is('idle', 'signed-out')) {
      // The search for a session ends, too.
      if (!code) drop()
      return
    }
    drop(code ? cause : new ChatClientError('aborted'))
    lookedAt = Date.now()
    if (code) set('signed-out', new ChatClientError(code, { closeCode: cause?.closeCode }))
    else set('idle')
  }

  return {
    isLive,
    stop,
    /** A request is made; reads in the background of a hidden page do not count as use. */
    used(isReading: boolean): void {
      if (!isReading || !isHidden()) used()
    },
    /** The host says that the user is back. */
    wake(): void {
      lookedAt = 0
      back()
      used()
    },
    /** The host says whether the user looks. */
    setInFront(looks?: boolean): void {
      inFront = looks
      turned()
    },
    /** Server time − our time, in ms. */
    skewMs: () => skewMs,
    start(): void {
      used()
      if (!is('idle', 'signed-out')) return
      if (!WebSocket) throw new TypeError('express-chat: no WebSocket here: give it that of `npm install ws`')
      http.base()
      liveSince = failures = 0
      endWake()
      endWake = onWake({ back, used, turned, offline: () => lose(new ChatClientError('disconnected')) })
      set('connecting')
      void connect()
    },
    command: commands.command,
  }
}
