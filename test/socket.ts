import { WebSocket } from 'ws'
import { patienceMs } from './patience.js'

// biome-ignore lint/suspicious/noExplicitAny: tests read frames, whatever their shape
export type Frame = any

/** The answer to an upgrade that was refused. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly headers: Record<string, string | string[] | undefined>,
  ) {
    super(`the upgrade was answered with ${status}: ${body}`)
  }
}

/** A socket that keeps every frame from the first on, so that a test can wait for one that came already, or hold that none came. */
export class TestSocket {
  readonly frames: Frame[] = []
  closed: { code: number; reason: string } | undefined
  #read = 0
  #commands = 0
  #wake = new Set<() => void>()

  private constructor(readonly webSocket: WebSocket) {
    webSocket.on('message', (data) => {
      this.frames.push(JSON.parse(data.toString()))
      this.#notify()
    })
    webSocket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
      this.#notify()
    })
    webSocket.on('error', () => undefined)
  }

  static async open(url: string, protocols: string[], headers: Record<string, string>): Promise<TestSocket> {
    const webSocket = new WebSocket(url, protocols, { headers })
    const socket = new TestSocket(webSocket)
    await new Promise<void>((resolve, reject) => {
      webSocket.on('open', resolve)
      webSocket.on('error', reject)
      webSocket.on('unexpected-response', (_request, response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () => reject(new Refused(response.statusCode ?? 0, body, response.headers)))
      })
    })
    return socket
  }

  #notify(): void {
    for (const wake of this.#wake) wake()
  }

  send(frame: unknown): void {
    this.webSocket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** The next frame of this type that was not taken yet; those before it stay in `frames` but are passed. */
  async next(type: string): Promise<Frame> {
    let found: Frame
    await this.until(() => {
      const index = this.frames.findIndex((frame, n) => n >= this.#read && frame.type === type)
      if (index < 0) return false
      this.#read = index + 1
      found = this.frames[index]
      return true
    }, `a frame of type ${type}`)
    return found
  }

  ready(): Promise<Frame> {
    return this.next('ready')
  }

  /** Sends a command and gives its answer, an `ok` or an `error` frame. */
  async command(type: string, input: object): Promise<Frame> {
    this.#commands += 1
    const id = `c${this.#commands}`
    this.send({ type, id, ...input })
    let answer: Frame
    await this.until(() => {
      answer = this.frames.find((frame) => frame.id === id)
      return answer !== undefined
    }, `the answer to ${type}`)
    return answer
  }

  /** Everything that the server sent before this was asked has arrived once this resolves: a fence against silence that is luck. */
  async settled(): Promise<void> {
    await this.command('presence.watch', { userIds: [] })
  }

  events(roomId?: string): Frame[] {
    return this.frames.filter(
      ({ type, revision, roomId: of }) => revision !== undefined && type !== 'me.updated' && (!roomId || of === roomId),
    )
  }

  async close(): Promise<{ code: number; reason: string }> {
    this.webSocket.close()
    return this.ended()
  }

  async ended(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closed !== undefined, 'the end of the socket')
    return this.closed as { code: number; reason: string }
  }

  terminate(): void {
    this.webSocket.terminate()
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        this.#wake.delete(check)
      }
      const check = () => {
        if (!condition()) return
        done()
        resolve()
      }
      const timer = setTimeout(() => {
        done()
        const seen = this.frames
          .slice(-20)
          .map((frame) => frame.type)
          .join(', ')
        reject(
          new Error(
            `${what} did not come; of ${this.frames.length} frames the last: ${seen}${this.closed ? `; closed ${this.closed.code}` : ''}`,
          ),
        )
      }, patienceMs)
      this.#wake.add(check)
    })
  }
}
