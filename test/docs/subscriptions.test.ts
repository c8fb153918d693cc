import type { Subscription } from 'express-chat'
import { expect, it, vi } from 'vitest'
import { blockOf, execute } from '../readme.js'
import { givenGroup, givenHost, quietLogger } from '../realtime/given.js'

const block = (name: string): string => blockOf('docs/subscriptions.md', `test/docs/subscriptions.test.ts: ${name}`)

it('the page on durable subscriptions shows what runs', async () => {
  const { chat } = await givenHost({ pollMs: 100, logger: quietLogger() })
  const roomId = await givenGroup({ chat }, 'alice', 'bob')
  const kept = await chat.messages.send('alice', roomId, { text: 'kept' })
  const texts = new Map<string, string>()
  let isAway = false
  const index = {
    async put(id: string, { text }: { text: string }) {
      if (isAway) throw new Error('the index is away')
      texts.set(id, text)
    },
    async remove(id: string) {
      texts.delete(id)
    },
  }
  const subscription = (await execute(`${block('index')}\nreturn subscription`, { chat, index })) as Subscription
  await vi.waitFor(() => expect(texts.get(kept.id)).toBe('kept'))
  await chat.messages.edit('alice', roomId, kept.id, { text: 'edited' })
  await vi.waitFor(() => expect(texts.get(kept.id)).toBe('edited'))
  await chat.messages.delete('alice', roomId, kept.id)
  await vi.waitFor(() => expect(texts.has(kept.id)).toBe(false))
  await subscription.close()

  isAway = true
  await chat.subscribe('search-index', () => index.put('', { text: '' }), { attempts: 1 }).ready()
  const lost = await chat.messages.send('alice', roomId, { text: 'lost for now' })
  await expect.poll(async () => (await chat.subscriptions.failed('search-index')).items.length).toBe(1)
  isAway = false
  const printed: unknown[][] = []
  await execute(block('failed'), { chat, console: { log: (...words: unknown[]) => void printed.push(words) } })
  expect(printed).toEqual([
    ['search-index', 1, 1],
    [roomId, lost.revision - 1, 'the index is away', expect.any(String)],
  ])
  await expect.poll(() => chat.subscriptions.list()).toMatchObject([{ behind: 0, failed: 0 }])
})
