import { type Numbers, percentile } from '../harness/measure.js'
import { HttpSocket } from './http-socket.js'
import { matcher, type ProtocolName, protocols, textOf } from './protocols.js'

export interface Sender {
  userId: string
  roomId: string
}

export interface SendersOptions {
  port: number
  senders: Sender[]
  /** A socket's protocol, or the path of a POST. */
  transport: ProtocolName | { post: string }
}

type Send = (n: number) => Promise<void>

/** People who each send, wait for the answer and send again. */
export class Senders {
  #sends: Send[] = []
  #ends: (() => void)[] = []
  #sent = 0

  constructor(readonly options: SendersOptions) {}

  async open(): Promise<void> {
    const { transport } = this.options
    for (const sender of this.options.senders) {
      await (typeof transport === 'string'
        ? this.#openSocket(transport, sender)
        : this.#openHttp(transport.post, sender))
    }
  }

  async #openSocket(name: ProtocolName, { userId, roomId }: Sender): Promise<void> {
    const protocol = protocols[name]
    const socket = await protocol.open(this.options.port, userId, roomId)
    const [isAnswer, isError] = [matcher(protocol.answered), matcher('{"type":"error"')]
    let answered: () => void = () => undefined
    let failed: (error: Error) => void = () => undefined
    socket.onFrame = (data, start, end) => {
      if (isAnswer(data, start)) answered()
      else if (isError(data, start)) failed(new Error(data.toString('utf8', start, end)))
    }
    this.#ends.push(() => socket.end())
    this.#sends.push(
      (n) =>
        new Promise((resolve, reject) => {
          answered = resolve
          failed = reject
          socket.send(protocol.message(n, roomId, textOf(n)))
        }),
    )
  }

  #openHttp(path: string, { userId, roomId }: Sender): void {
    const socket = new HttpSocket(this.options.port, userId)
    this.#ends.push(() => socket.end())
    this.#sends.push(async (n) => {
      const body = JSON.stringify({ text: textOf(n), clientId: `${process.pid}-${n}` })
      const { status, body: answer } = await socket.ask('POST', path.replace(':roomId', roomId), body)
      if (status !== 201) throw new Error(`${status} ${answer}`)
    })
  }

  /** Acknowledged messages a second, and how long each took, in ms. */
  async run({ seconds }: { seconds: number }): Promise<Numbers> {
    const latencies: number[] = []
    const start = performance.now()
    const until = start + seconds * 1000
    const keepSending = async (send: Send) => {
      for (let at = performance.now(); at < until; ) {
        await send(this.#sent++)
        const then = performance.now()
        latencies.push(then - at)
        at = then
      }
    }
    await Promise.all(this.#sends.map(keepSending))
    const perSecond = latencies.length / ((performance.now() - start) / 1000)
    return { sends: latencies.length, perSecond, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
  }

  end(): void {
    for (const end of this.#ends) end()
  }
}
