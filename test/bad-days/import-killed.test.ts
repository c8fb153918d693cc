import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { givenMessages } from '../core/given-import.js'
import { databases } from '../databases.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup, givenHost } from '../realtime/given.js'

/** After how many statements of theirs servers die, one after the other: in the first batch, between two, in a later one. */
const deaths: Record<string, number[]> = { sqlite: [9, 40], postgresql: [18], mysql: [33] }

describe.each(databases)('servers that are killed while they import messages, on $name', (on) => {
  it('leave whole batches, and whoever imports the same again adds the rest', { timeout: longMs }, async () => {
    const database = await givenDatabase(on)
    const host = await givenHost({}, database)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const file = fileURLToPath(new URL('./import.host.ts', import.meta.url))
    const threads = (n: number) => (n % 5 === 4 ? { thread: `k${n - 4}` } : {})
    const said = givenMessages(2_600, threads)
    const written = () => host.prisma.chatMessage.count({ where: { roomId, kind: 'user', userId: 'alice' } })
    for (const diesAfter of deaths[on.name] ?? []) {
      const mortal = spawn(process.execPath, ['--import', 'tsx', file], {
        env: {
          ...{ ...process.env, DATABASE: on.name, DATABASE_URL: database.url, DIES_AFTER: `${diesAfter}` },
          ...{ ROOM: roomId, COUNT: `${said.length}` },
        },
        stdio: 'inherit',
      })
      onTestFinished(() => void mortal.kill('SIGKILL'))
      expect(await once(mortal, 'exit'), `after ${diesAfter}`).toEqual([null, 'SIGKILL'])
      expect((await written()) % 500).toBe(0)
      await host.chat.messages.send('bob', roomId, { text: `after ${diesAfter}` })
    }
    const before = await written()
    expect(before).toBeLessThan(said.length)
    const live = deaths[on.name]?.length ?? 0
    expect(await host.chat.importMessages(roomId, said)).toEqual({ imported: said.length - before, skipped: before })
    const rows = await host.prisma.chatMessage.findMany({ where: { roomId }, orderBy: { seq: 'asc' } })
    const texts = rows.flatMap(({ seq, text }) => (seq > 0 && text.startsWith('message ') ? [text] : []))
    expect(texts).toEqual(said.flatMap(({ thread, text }) => (thread ? [] : [text])))
    const roots = rows.filter(({ thread }) => thread !== null)
    expect(roots).toHaveLength(520)
    for (const { thread } of roots) expect(JSON.parse(thread ?? '')).toMatchObject({ count: 1, lastSeq: 1 })
    expect(await host.prisma.chatThreadReply.count()).toBe(520)
    const { me } = await host.chat.rooms.get('alice', roomId)
    expect(me?.unreadCount).toBe(live)
  })
})
