import type { Rate } from 'express-chat'
import type { ChatClientError } from 'express-chat/client'
import { createCommands } from '../../src/client/commands.js'
import { createKeyedMutex } from '../../src/client/keyed-mutex.js'

interface Said {
  id: string
  type: string
  [key: string]: unknown
}

/** Commands on a line that says nothing by itself. */
export function givenCommands() {
  const said: Said[] = []
  const wire = { isLive: true, lost: 0 }
  const commands = createCommands(createKeyedMutex(), {
    isLive: () => wire.isLive,
    send: (data) => void said.push(JSON.parse(data)),
    lose: () => {
      wire.lost += 1
    },
  })
  const ends: Record<string, unknown> = {}
  const ask = (name: string, type: string, fields: object) =>
    void commands.command(type, fields).then(
      (result) => (ends[name] = result),
      (error: ChatClientError) => (ends[name] = error.code),
    )
  const limits = (rates: Record<'frames' | 'sends' | 'reactions', Rate>, frameBytes = 65_536) =>
    commands.limit({ limits: { textLength: 8_000, frameBytes, mediaPerMessage: 10, rates } })
  const ok = (n: number, result: unknown = null) =>
    commands.answer({ type: 'ok', id: said[n]?.id ?? '', result } as never)
  const refuse = (n: number, problem: object) =>
    commands.answer({ type: 'error', id: said[n]?.id ?? '', problem } as never)
  return { commands, said, wire, ends, ask, limits, ok, refuse }
}

export const rate = (points: number, seconds = 10): Rate => ({ points, seconds })
