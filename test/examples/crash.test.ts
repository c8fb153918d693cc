import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Frame } from '../socket.js'
import { type Demo, newPlace, type Place, startDemo, startsMs } from './demo.js'
import { type Acknowledged, Writer } from './writer.js'

/** After how many acknowledged messages each run is killed. */
const kills = [30, 80, 150]

let place: Place
let demo: Demo

beforeAll(async () => {
  place = await newPlace()
}, startsMs)
afterAll(async () => {
  await demo?.end('SIGKILL')
  await place?.remove()
})

/** Someone who only reads, and after each crash goes on from the last revision that was seen. */
class Reader {
  readonly events: Frame[] = []
  #seen: number | undefined

  async listen({ alice, roomId }: Demo): Promise<{ stop(): void }> {
    this.#seen ??= (await alice.call('GET', `/chat/rooms/${roomId}`)).body.revision as number
    const socket = await alice.socket({ rooms: { [roomId]: this.#seen } })
    return {
      stop: () => {
        this.events.push(...socket.events(roomId))
        this.#seen = this.events.at(-1)?.revision ?? this.#seen
        socket.terminate()
      },
    }
  }
}

/** Everything that the room holds, page by page. */
async function history({ alice, roomId }: Demo): Promise<(Acknowledged & { clientId: string | null })[]> {
  const messages = []
  for (let after = 0, more = true; more; ) {
    const { body } = await alice.call('GET', `/chat/rooms/${roomId}/messages?after=${after}&limit=100`)
    messages.push(...body.items)
    after = messages.at(-1).seq
    more = body.hasAfter
  }
  return messages
}

describe('the demo, killed with kill -9 while many write', () => {
  it('has lost nothing that it acknowledged, doubled nothing, and left no hole', { timeout: startsMs }, async () => {
    let acknowledgements = 0
    let onAcknowledged = () => undefined as unknown
    const count = () => {
      acknowledgements += 1
      onAcknowledged()
    }
    const writers = ['Carol', 'Dave', 'Erin'].flatMap((name) => [
      new Writer(name, 'socket', count),
      new Writer(name, 'HTTP', count),
    ])
    const reader = new Reader()
    const start = async () => {
      demo = await startDemo(place, { RATE_FACTOR: '1000' })
      await Promise.all(writers.map((writer) => writer.connect(demo)))
      return reader.listen(demo)
    }

    let reading = await start()
    for (const { name } of writers) {
      const { client } = await demo.signIn(name)
      await client.call('POST', `/chat/rooms/${demo.roomId}/members`, { userId: 'me' })
    }

    for (const limit of kills) {
      const until = acknowledgements + limit
      onAcknowledged = () => acknowledgements >= until && demo.process.end('SIGKILL')
      await Promise.all(writers.map((writer) => writer.write()))
      expect(await demo.process.ended).toEqual({ code: null, signal: 'SIGKILL' })
      onAcknowledged = () => undefined
      reading.stop()
      reading = await start()
      const resent = await Promise.all(writers.map((writer) => writer.resend()))
      expect(resent.some((messages) => messages > 0)).toBe(true)
    }

    const messages = await history(demo)
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))

    const stored = new Map(messages.filter(({ clientId }) => clientId).map((message) => [message.clientId, message]))
    const acknowledged = new Map(writers.flatMap((writer) => [...writer.acknowledged]))
    expect(acknowledged.size).toBe(acknowledgements)
    expect(acknowledgements).toBeGreaterThanOrEqual(kills.reduce((sum, limit) => sum + limit))
    expect(messages.filter(({ clientId }) => clientId)).toHaveLength(acknowledged.size)
    for (const [clientId, { id, seq, text }] of acknowledged) {
      expect(stored.get(clientId)).toMatchObject({ id, seq, text })
    }

    // The reader, too, has heard each once and in order, whatever the crashes cut off.
    const socket = await demo.alice.socket()
    await socket.settled()
    reading.stop()
    const revisions = reader.events.map(({ revision }) => revision)
    expect(revisions).toEqual(revisions.map((_, index) => revisions[0] + index))
    const heard = reader.events.filter(({ type, message }) => type === 'message.created' && message.clientId)
    expect(heard.map(({ message }) => message.clientId)).toEqual(
      messages.filter(({ clientId }) => clientId).map(({ clientId }) => clientId),
    )
  })
})
