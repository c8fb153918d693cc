import { expect } from 'vitest'
import type { Client } from './api.js'

/** How many of so many messages, all sent at once, are taken; the others must be told when to come again. */
export async function takenAtOnce({ call }: Client, roomId: string, count: number): Promise<number> {
  const send = (n: number) => call('POST', `/chat/rooms/${roomId}/messages`, { text: `${n}` })
  const answers = await Promise.all(Array.from({ length: count }, (_, n) => send(n)))
  for (const { body, headers } of answers.filter(({ status }) => status !== 201)) {
    expect(body).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  return answers.filter(({ status }) => status === 201).length
}
