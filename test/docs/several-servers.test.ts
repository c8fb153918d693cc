import { EventEmitter } from 'node:events'
import { type Bus, postgresBus, redisBus } from 'express-chat'
import { Redis } from 'ioredis'
import pg from 'pg'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
import { blockOf, execute } from '../readme.js'
import { givenHost } from '../realtime/given.js'

const block = (name: string): string => blockOf('docs/several-servers.md', `test/docs/several-servers.test.ts: ${name}`)
const redisUrl = inject('redis')
const postgresUrl = inject('databases').find(({ name }) => name === 'postgresql')?.place

/** Resolves once something that this piece of the page publishes is heard. */
async function isHeard(name: string, scope: Record<string, unknown>): Promise<void> {
  const createChatRouter = ({ bus }: { bus: Bus }) => bus
  const bus = (await execute(`${block(name)}\nreturn chat`, { options: {}, createChatRouter, ...scope })) as Bus
  const heard: string[] = []
  const end = await bus.subscribe((hint) => void heard.push(hint))
  await bus.publish('said')
  await expect.poll(() => heard).toContain('said')
  await end()
}

it.runIf(redisUrl)('the page on several servers shows a bus on Redis', async () => {
  const client = new Redis(redisUrl as string)
  onTestFinished(() => client.disconnect())
  await isHeard('redis', { redisBus, client })
})

it.runIf(postgresUrl)('and one on PostgreSQL', () => isHeard('postgres', { postgresBus, pg, url: postgresUrl }))

it('and a server that is told to end, and serves meanwhile', async () => {
  const { chat, origin } = await givenHost()
  const process = new EventEmitter()
  const server = { close: vi.fn() }
  const shown = block('deploy')
  expect(shown).toContain('drainMs: 10_000')
  await execute(shown.replace('10_000', '500'), { chat, process, server })
  const answer = async () => (await fetch(`${origin}/chat/users/me`, { headers: { 'x-user': 'alice' } })).status
  expect(await answer()).toBe(200)
  process.emit('SIGTERM')
  expect(await answer()).toBe(200)
  expect(server.close).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(server.close).toHaveBeenCalledOnce())
  expect(await answer()).toBe(503)
})
