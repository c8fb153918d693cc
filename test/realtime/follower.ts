import { expect } from 'vitest'
import { WebSocket } from 'ws'
import type { Answer, Caller, TestHost } from '../host.js'
import type { Frame } from '../socket.js'

interface Versioned {
  revision: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API says of it
  value: any
}

/** What a client holds of one room: things by id, each in its highest revision. A member who left stays as a tombstone. */
class RoomState {
  readonly things = new Map<string, Versioned>()
  /** Messages that events told of as new. */
  readonly created = new Set<string>()
  /** What came before `seen` was read, too: only then may it be said to have been seen. */
  isWhole = false

  constructor(public seen: number) {}

  take(id: string, revision: number, value: unknown): void {
    if ((this.things.get(id)?.revision ?? -1) <= revision) this.things.set(id, { revision, value })
  }
}

/**
 * A client written after the protocol: it keeps what it has seen, loses its connection again and again, comes back with
 * it, and fails the test at the first event that comes twice, out of order, or of a room that it has left.
 */
export class Follower {
  readonly rooms = new Map<string, RoomState>()
  readonly broken: unknown[] = []
  connections = 0
  #socket: WebSocket | undefined
  #loading = new Set<Promise<void>>()
  #isReady = false

  constructor(
    readonly userId: string,
    readonly hosts: TestHost[],
    /** From 0 up to 1, as Math.random. */
    readonly random: () => number,
  ) {}

  /** Connects, and is cut off after some frames; then again, until `stop`. */
  async keepReconnecting(stop: AbortSignal): Promise<void> {
    const stopped = new Promise((resolve) => stop.addEventListener('abort', resolve))
    while (!stop.aborted) {
      const socket = await this.connect(Math.floor(this.random() ** 2 * 60))
      await Promise.race([stopped, new Promise((resolve) => socket.on('close', resolve))])
    }
  }

  async connect(lifetime = Number.POSITIVE_INFINITY): Promise<WebSocket> {
    this.#socket?.terminate()
    this.#isReady = false
    this.connections += 1
    const host = this.hosts[Math.floor(this.random() * this.hosts.length)] as TestHost
    const url = `${host.origin.replace('http', 'ws')}/chat/ws`
    const socket = new WebSocket(url, ['chat.v1'], { headers: { 'x-user': this.userId } })
    this.#socket = socket
    let left = lifetime
    socket.on('message', (data) => {
      if (socket !== this.#socket || socket.readyState !== WebSocket.OPEN) return
      if (left <= 0) return socket.terminate()
      left -= 1
      try {
        this.#take(JSON.parse(data.toString()), host.as(this.userId))
      } catch (error) {
        this.broken.push(error)
      }
    })
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    for (const [id, { isWhole }] of this.rooms) if (!isWhole) this.rooms.delete(id)
    const rooms = Object.fromEntries([...this.rooms].map(([id, { seen }]) => [id, seen]))
    socket.send(JSON.stringify({ type: 'hello', rooms }))
    return socket
  }

  #take(frame: Frame, api: Caller): void {
    if (frame.type === 'welcome') {
      for (const [id, { revision }] of Object.entries<Frame>(frame.rooms)) {
        if (!this.rooms.has(id)) this.#load(id, revision, api)
      }
    } else if (frame.type === 'ready') this.#isReady = true
    else if (frame.type === 'room.left') this.rooms.delete(frame.roomId)
    else if (frame.type === 'room.joined') this.#load(frame.room.id, frame.room.revision, api)
    else if (frame.type === 'room.reset') this.#load(frame.roomId, frame.revision, api)
    else if (frame.revision !== undefined && frame.type !== 'me.updated') this.#happened(frame)
  }

  #happened(event: Frame): void {
    const room = this.rooms.get(event.roomId)
    if (!room) throw new Error(`${event.type} of a room that ${this.userId} is not in`)
    expect(event.revision, `${this.userId}: ${event.type} after ${room.seen}`).toBeGreaterThan(room.seen)
    room.seen = event.revision
    const { message, member } = event
    if (event.type === 'message.created') {
      expect(room.created, `${this.userId}: a message that is new twice`).not.toContain(message.id)
      room.created.add(message.id)
    }
    if (message) room.take(message.id, event.revision, shownMessage(message))
    if (member) {
      room.take(member.user.id, event.revision, event.type === 'member.removed' ? 'gone' : shownMember(member))
    }
    if (event.room) room.take('room', event.revision, event.room.name)
  }

  /** Reads a room anew; what comes live meanwhile is newer, or the same. */
  #load(id: string, revision: number, api: Caller): void {
    const room = new RoomState(revision)
    this.rooms.set(id, room)
    const load = async () => {
      while (this.rooms.get(id) === room && !room.isWhole) {
        const things = thingsOf(await readRoom(id, api))
        for (const [thing, { revision, value }] of things) room.take(thing, revision, value)
        // Not a member just then: either `room.left` is on its way, or all of it was over before it was told.
        room.isWhole = things.size > 0
      }
    }
    const loading = load()
      .catch((error) => void this.broken.push(error))
      .finally(() => this.#loading.delete(loading))
    this.#loading.add(loading)
  }

  /** Resolves once it has seen a room up to this revision, and read what it had to read. */
  async caughtUp(roomId: string, revision: number): Promise<void> {
    await expect.poll(() => this.#isReady && this.#loading.size === 0 && this.rooms.get(roomId)?.seen).toBe(revision)
  }

  end(): void {
    this.#socket?.terminate()
  }
}

/** A room as it is now, over HTTP; undefined for one who is not in it, or was not for a moment of it. */
export async function readRoom(roomId: string, api: Caller) {
  const { body: room } = await api.get(`/rooms/${roomId}`)
  if (!room.me) return
  const members: Frame[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body }: Answer = await api.get(`/rooms/${roomId}/members?limit=100${cursor && `&cursor=${cursor}`}`)
    if (status !== 200) return
    members.push(...body.items)
    cursor = body.nextCursor
  }
  const messages: Frame[] = []
  for (let after = 0, hasAfter = true; hasAfter; ) {
    const { status, body }: Answer = await api.get(`/rooms/${roomId}/messages?limit=100&after=${after}`)
    if (status !== 200) return
    messages.push(...body.items)
    after = body.items.at(-1)?.seq
    hasAfter = body.hasAfter
  }
  const replies: Frame[] = []
  for (const { id, thread } of messages) {
    for (let after = 0, hasAfter = thread !== null; hasAfter; ) {
      const { status, body }: Answer = await api.get(`/rooms/${roomId}/messages/${id}/thread?limit=100&after=${after}`)
      if (status !== 200) return
      replies.push(...body.items)
      after = body.items.at(-1)?.threadSeq
      hasAfter = body.hasAfter
    }
  }
  return { room, members, messages, replies }
}

/** What a client holds of a room that it read. */
export function thingsOf(read: Awaited<ReturnType<typeof readRoom>>): Map<string, Versioned> {
  if (!read) return new Map()
  const { room, members, messages, replies } = read
  return new Map<string, Versioned>([
    ['room', { revision: room.revision, value: room.name }],
    ...members.map((member) => [member.user.id, { revision: member.revision, value: shownMember(member) }] as const),
    ...[...messages, ...replies].map(
      (message) => [message.id, { revision: message.revision, value: shownMessage(message) }] as const,
    ),
  ])
}

/** By id, without those who are gone. */
export const liveValues = (things: Map<string, Versioned>) =>
  Object.fromEntries([...things].filter(([, { value }]) => value !== 'gone').map(([id, { value }]) => [id, value]))

/** Without what is not part of a revision, or differs with who looks: what a message quotes is that message's own matter. */
const shownMessage = ({ myReactions: _, user, replyTo, ...message }: Frame) => ({
  ...message,
  userId: user?.id,
  quotes: replyTo?.id,
})
const shownMember = ({ role, permissions, revision }: Frame) => ({ role, permissions, revision })
