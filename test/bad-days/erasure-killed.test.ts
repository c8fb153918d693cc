import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anything, columnsWith, erika, givenLife, holds, word } from '../core/erasure/given-life.js'
import { databases } from '../databases.js'
import { people, startHost } from '../host.js'
import { givenStorage } from '../media/given-storage.js'
import { longMs } from '../patience.js'
import { givenDatabase } from '../realtime/given.js'

const minute = 60_000

/** After how many statements of theirs servers die, one after the other; on each database at others. */
const deaths: Record<string, number[]> = {
  sqlite: [2, 60],
  postgresql: [110],
  mysql: [160],
}

describe.each(databases)('servers that are killed while they erase a user, on $name', (on) => {
  it('lose nothing of it: another goes on where they were, a minute later', { timeout: longMs }, async () => {
    const database = await givenDatabase(on)
    const kept = givenStorage()
    onTestFinished(kept.remove)
    let ahead = 0
    const host = await startHost(database, {
      ...{ clock: () => new Date(Date.now() + ahead), storage: kept.storage, data: { message: anything } },
    })
    onTestFinished(() => host.close())
    await people(host, 'alice', 'bob', 'carol', 'dave')
    const life = await givenLife(host)
    const file = fileURLToPath(new URL('./erasure.host.ts', import.meta.url))
    let erases = erika
    // Theirs is ahead, so that the one that looks on does not take it up by itself meanwhile.
    let later = 0
    for (const diesAfter of deaths[on.name] ?? []) {
      later += 2 * minute
      const mortal = spawn(process.execPath, ['--import', 'tsx', file], {
        env: {
          ...{ ...process.env, DATABASE: on.name, DATABASE_URL: database.url, AHEAD_MS: `${later}` },
          ...{ DIES_AFTER: `${diesAfter}`, DIRECTORY: kept.directory, ERASES: erases },
        },
        stdio: 'inherit',
      })
      onTestFinished(() => void mortal.kill('SIGKILL'))
      expect(await once(mortal, 'exit'), `after ${diesAfter}`).toEqual([null, 'SIGKILL'])
      // From its first commit on it is known of to all.
      erases = ''
      expect((await host.chat.system.erasures.list({ unfinished: true })).items).toMatchObject([{ userId: erika }])
    }
    // The last one has it for a minute.
    ahead = later + minute / 2
    expect(await host.chat.eraseDue()).toBe(0)
    ahead += 8 * minute
    await host.chat.eraseDue()
    expect((await host.chat.system.erasures.list({ unfinished: true })).items).toEqual([])
    expect(await columnsWith(host, life.needles)).toEqual([])
    expect(holds((await kept.keys()).join(), life.files)).toBe(false)
    // What others said is there, and what they say is counted as ever.
    const { body } = await life.group.as('bob').get(`/messages/${life.theirs.id}`)
    expect(body).toMatchObject({ text: 'What do you think now?', thread: { count: 1, userIds: ['bob'] } })
    expect(body.reactions).toEqual([{ reaction: '🥧', count: 1, userIds: ['bob'] }])
    const { items } = (await life.group.as('bob').get('/messages?limit=100')).body
    const before = (await life.group.as('bob').get('')).body.me
    const unread = items.filter(
      ({ seq, kind, deletedAt, user }: { seq: number; kind: string; deletedAt: string | null; user: { id: string } }) =>
        seq > before.lastReadSeq && kind === 'user' && deletedAt === null && user?.id !== 'bob',
    )
    expect(before.unreadCount).toBe(unread.length)
    expect(items.some(({ text }: { text: string }) => text.includes(word))).toBe(false)
  })
})
