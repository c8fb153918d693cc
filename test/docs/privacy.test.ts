import { expect, it } from 'vitest'
import { blockOf, execute } from '../readme.js'
import { givenGroup, givenHost } from '../realtime/given.js'

const block = (name: string): string => blockOf('docs/privacy.md', `test/docs/privacy.test.ts: ${name}`)

it('the page on privacy shows how somebody is erased', async () => {
  const { chat, prisma } = await givenHost()
  const roomId = await givenGroup({ chat }, 'alice', 'bob')
  const { id } = await chat.messages.send('bob', roomId, { text: 'of Bob' })
  const printed: unknown[] = []
  const erasure = await execute(`${block('erase')}\nreturn erasure`, {
    ...{ chat, userId: 'bob', console: { log: (...words: unknown[]) => printed.push(words) } },
  })
  expect(erasure).toMatchObject({ userId: null, finishedAt: expect.any(String) })
  expect(printed).toEqual([])
  expect(await chat.messages.get('alice', roomId, id)).toMatchObject({ text: '', user: null })

  await prisma.user.create({ data: { id: 'alice', name: 'Alice' } })
  let remove: ((request: unknown, response: unknown) => Promise<void>) | undefined
  const app = { delete: (_path: string, route: typeof remove) => (remove = route) }
  await execute(block('account'), { chat, app })
  let status = 0
  await remove?.({ user: { id: 'alice' } }, { sendStatus: (given: number) => (status = given) })
  expect(status).toBe(204)
  expect(await prisma.user.count({ where: { id: 'alice' } })).toBe(0)
  await expect.poll(() => prisma.chatErasure.count({ where: { finishedAt: null } }), { timeout: 15_000 }).toBe(0)
  expect(await prisma.chatRoomUser.count()).toBe(0)
})
