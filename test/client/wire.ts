import type { Room, User } from 'express-chat'
import { type ChatClient, type ChatClientOptions, createChatClient } from 'express-chat/client'
import { onTestFinished, vi } from 'vitest'
import { messageOf, roomOf, userOf } from './state/room-model.js'

export type Frame = { type: string; id?: string; [key: string]: unknown }

/** A request that waits for its answer. */
export interface WireRequest {
  /** As `GET /rooms?limit=100`. */
  what: string
  body: unknown
  headers: Record<string, string>
  answer(status: number, body?: unknown, headers?: Record<string, string>): void
  fail(): void
}

export class WireSocket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  onerror: ((event: unknown) => void) | null = null
  readonly said: Frame[] = []
  isClosed = false

  constructor(
    readonly url: string,
    readonly protocols: string[],
    readonly wire: Wire,
  ) {
    wire.sockets.push(this)
    wire.happened(`socket ${url}`)
  }

  send(data: string): void {
    const frame = JSON.parse(data) as Frame
    this.said.push(frame)
    this.wire.happened(`say ${frame.type}`)
    if (!this.wire.isHeld(`say ${frame.type}`)) this.wire.reply(this, frame)
  }

  close(): void {
    this.isClosed = true
  }

  open(): void {
    if (!this.isClosed) this.onopen?.()
  }

  tell(frame: object): void {
    if (!this.isClosed) this.onmessage?.({ data: JSON.stringify(frame) })
  }

  end(code: number, reason = ''): void {
    this.isClosed = true
    this.onclose?.({ code, reason })
  }
}

/**
 * A network and a server of a test's own. Everything is answered at once, as one that holds `rooms` would, but for what is
 * held: that waits until the test lets it go, or answers it itself.
 */
export class Wire {
  readonly sockets: WireSocket[] = []
  /** All that a client has done, in its order. */
  readonly log: string[] = []
  readonly held: WireRequest[] = []
  /** Of the requests that somebody may cancel. */
  readonly signals: AbortSignal[] = []
  readonly rooms = new Map<string, Room>()
  user: User = userOf('alice')
  /** Who is present. */
  present: string[] = []
  /** Whether it wants to know if somebody looks. */
  asksInFront = false
  /** Called for each thing that a client does. */
  onHappened: (what: string) => void = () => undefined
  #holding: RegExp | undefined
  #waiting: (() => void)[] = []
  #authorized = true

  /** What holds a client's requests and frames back from now on; nothing lets go of all. */
  hold(what?: RegExp): void {
    this.#holding = what
    if (what) return
    for (const go of this.#waiting.splice(0)) go()
  }

  isHeld(what: string): boolean {
    return this.#holding?.test(what) ?? false
  }

  /** Whether anybody is signed in. */
  set isSignedIn(isSo: boolean) {
    this.#authorized = isSo
  }

  happened(what: string): void {
    this.log.push(what)
    // No page does anything while the browser does this.
    queueMicrotask(() => this.onHappened(what))
  }

  get socket(): WireSocket {
    const socket = this.sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  /** The frames of a kind that were said on any socket. */
  said(type: string): Frame[] {
    return this.sockets.flatMap(({ said }) => said.filter((frame) => frame.type === type))
  }

  reply(socket: WireSocket, frame: Frame): void {
    const { type, id } = frame
    queueMicrotask(() => {
      if (type === 'hello') {
        if (frame.more) return
        socket.tell(this.welcome())
        socket.tell({ type: 'ready' })
      } else if (type === 'presence.watch') {
        const ids = frame.userIds as string[]
        socket.tell({ type: 'ok', id, result: ids.filter((userId) => this.present.includes(userId)) })
      } else if (type === 'message.send') {
        const { roomId, clientId, text } = frame as unknown as Record<string, string>
        const room = this.rooms.get(roomId as string)
        if (!room) return socket.tell({ type: 'error', id, problem: { code: 'not_found', status: 404 } })
        const [seq, revision] = [room.lastMessageSeq + 1, room.revision + 1]
        this.rooms.set(room.id, { ...room, lastMessageSeq: seq, revision })
        const said = { clientId: clientId as string, text: text as string, user: this.user, revision }
        socket.tell({ type: 'ok', id, result: messageOf(room.id, seq, said) })
      } else if (type === 'read') {
        const room = this.rooms.get(frame.roomId as string)
        socket.tell({ type: 'ok', id, result: { ...room?.me, lastReadSeq: frame.seq, unreadCount: 0 } })
      } else if (type === 'read.many') {
        const asked = frame.rooms as { roomId: string; seq: number }[]
        const mine = asked.flatMap(({ roomId, seq }) => {
          const { me } = this.rooms.get(roomId) ?? {}
          return me ? [[roomId, { ...me, lastReadSeq: seq, unreadCount: 0 }]] : []
        })
        socket.tell({ type: 'ok', id, result: { rooms: Object.fromEntries(mine) } })
      } else socket.tell({ type: 'ok', id, result: null })
    })
  }

  welcome(): object {
    const rooms = [...this.rooms.values()].flatMap(({ id, revision, lastMessageSeq, me }) =>
      me ? [[id, { revision, lastMessageSeq, ...me }]] : [],
    )
    const rate = { points: 1_000, seconds: 1 }
    return {
      ...{ type: 'welcome', connectionId: 'c', user: this.user, heartbeatMs: 25_000 },
      limits: {
        ...{ textLength: 8_000, frameBytes: 65_536, mediaPerMessage: 10 },
        rates: { frames: rate, sends: rate, reactions: rate },
      },
      rooms: Object.fromEntries(rooms),
      ...(this.asksInFront && { asksInFront: true }),
    }
  }

  #answerOf(what: string): [status: number, body?: unknown] {
    if (!this.#authorized) return [401, { code: 'unauthenticated', status: 401 }]
    const [method, target = ''] = what.split(' ')
    const [path = ''] = target.split('?')
    if (path === '/ws-ticket') return [201, { ticket: 't', expiresAt: new Date(Date.now() + 30_000).toISOString() }]
    if (method === 'DELETE') return [204]
    if (path === '/rooms') {
      const isArchive = target.includes('archived=true')
      const items = [...this.rooms.values()].filter(({ me }) => Boolean(me?.isArchived) === isArchive)
      return [200, { items, nextCursor: null }]
    }
    const [, , roomId = '', below = ''] = path.split('/')
    const room = this.rooms.get(roomId)
    if (path.startsWith('/rooms/') && !room) return [404, { code: 'not_found', status: 404 }]
    if (room && below === '') return [200, room]
    if (room && below === 'messages') {
      const items = Array.from({ length: room.lastMessageSeq }, (_, n) => messageOf(room.id, n + 1))
      return [200, { items, hasBefore: false, hasAfter: false }]
    }
    if (room && below === 'changes') return [200, { events: [], revision: room.revision, hasMore: false }]
    return [200, { items: [], nextCursor: null }]
  }

  readonly #fetch = (target: string, init: RequestInit): Promise<Response> => {
    const what = `${init.method} ${target.replace('http://chat.test/chat', '')}`
    this.happened(what)
    return new Promise((resolve, reject) => {
      const request: WireRequest = {
        what,
        body: typeof init.body === 'string' ? JSON.parse(init.body) : init.body,
        headers: init.headers as Record<string, string>,
        answer: (status, body, headers = {}) =>
          resolve(new Response(body === undefined ? null : JSON.stringify(body), { status, headers })),
        fail: () => reject(new TypeError('fetch failed')),
      }
      if (init.signal) this.signals.push(init.signal)
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      const answer = () => request.answer(...this.#answerOf(what))
      if (!this.isHeld(what)) return answer()
      this.held.push(request)
      this.#waiting.push(answer)
    })
  }

  /** A client on it, closed after the test. */
  client(options: Partial<ChatClientOptions> = {}): ChatClient {
    const wire = this
    class Socket extends WireSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, wire)
        queueMicrotask(() => {
          if (!wire.isHeld('open')) this.open()
          else wire.#waiting.push(() => this.open())
        })
      }
    }
    const client = createChatClient({
      ...{ url: 'http://chat.test/chat', WebSocket: Socket, fetch: this.#fetch as typeof fetch },
      ...options,
    })
    onTestFinished(() => client.close())
    return client
  }
}

/** A network on which time stands still until the test lets it pass, and a room `room` of three messages. */
export function givenWire(...rooms: Room[]): Wire {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const wire = new Wire()
  const all = rooms.length > 0 ? rooms : [roomOf('room', { lastMessageSeq: 3, revision: 3 })]
  for (const room of all) wire.rooms.set(room.id, room)
  return wire
}

/** Lets time pass, and all that is answered meanwhile arrive. */
export const pass = async (ms = 0): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms)
  // What takes several turns, such as reading a body, is not a matter of timers.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(0)
}
