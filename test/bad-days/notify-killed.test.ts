import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createChatRouter } from 'express-chat'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../databases.js'
import { secret, userOfHeader } from '../host.js'
import { isAtRest, Notified } from '../notifications/given.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup, givenHost } from '../realtime/given.js'

describe.each(databases)('a server that is killed while it notifies somebody, on $name', (on) => {
  it('is followed by another one, which tells the same under the same id', { timeout: longMs }, async () => {
    const database = await givenDatabase(on)
    const writer = await givenHost({}, database)
    const folder = mkdtempSync(join(tmpdir(), 'notify-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const told = join(folder, 'told')
    const mortal = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('./notify.host.ts', import.meta.url))],
      {
        env: { ...process.env, DATABASE: on.name, DATABASE_URL: database.url, TOLD: told },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    )
    onTestFinished(() => void mortal.kill('SIGKILL'))
    await once(mortal, 'message')
    const died = once(mortal, 'exit')
    const roomId = await givenGroup(writer, 'alice', 'bob')
    const sentAt = Date.now()
    await writer.chat.messages.send('alice', roomId, { text: 'Once' })
    expect(await died).toEqual([null, 'SIGKILL'])
    const before = JSON.parse(readFileSync(told, 'utf8'))
    expect(before).toMatchObject({ userId: 'bob', texts: ['Once'] })
    await writer.chat.messages.send('alice', roomId, { text: 'and then' })
    // Nobody else has the row until the dead server has said nothing for a quarter of a minute.
    const row = await database.prisma.chatNotice.findUnique({ where: { userId: 'bob' } })
    expect(row).toMatchObject({ heldBy: expect.any(String), batchId: before.id })
    expect(row?.dueAt).toBeGreaterThan(sentAt + 10_000)
    const notified = new Notified()
    const next = createChatRouter({
      ...{ resolveUser: userOfHeader, prisma: database.connect(), secret, path: '/chat', pollMs: 100 },
      notify: { handler: notified.handler(), afterSeconds: 0 },
    })
    onTestFinished(() => next.close())
    await database.prisma.chatNotice.updateMany({ data: { dueAt: 1 } })
    await notified.until(() => notified.texts('bob').flat().includes('and then'))
    await isAtRest(writer)
    expect(notified.texts('bob')).toEqual([['Once'], ['and then']])
    expect(notified.of('bob')[0]?.id).toBe(before.id)
  })
})
