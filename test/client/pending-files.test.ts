import { describe, expect, it } from 'vitest'
import { windowOf } from '../../src/client/state/window.js'
import { memoryStorage } from './given.js'
import { fileOf, givenOutbox, mediaOf, pass } from './given-outbox.js'
import { stubLocks } from './locks.js'

const limits = {
  ...{ textLength: 100, mediaPerMessage: 2, frameBytes: 65_536 },
  rates: { frames: { points: 1, seconds: 1 }, sends: { points: 1, seconds: 1 }, reactions: { points: 1, seconds: 1 } },
}

/** An outbox whose user is known, and what a list of the room shows of it. */
async function given(...options: Parameters<typeof givenOutbox>) {
  const box = givenOutbox(...options)
  await box.open()
  const shown = () => windowOf(undefined, 0, box.store.state.outbox, box.store.state.me, 'room').items
  const show = (text: string) => shown().find((each) => each.text === text)
  const names = (text: string) => (show(text)?.files ?? []).map(({ filename }) => filename)
  return { ...box, show, names }
}

/** A draft with these files, none of which has begun. */
const withFiles = (...names: string[]) => ({ files: names.map(fileOf) })

describe('a message with files', () => {
  it('is shown at once, and is sent once, with all of them in their order, when the last one is there', async () => {
    const { send, show, names, arrive, said, ok, ends, upload } = await given()
    send('Look', 'room', { media: [mediaOf('0.txt')], ...withFiles('1.txt', '2.txt', '3.txt') })
    expect(show('Look')).toMatchObject({ state: 'sending', media: [{ filename: '0.txt' }] })
    expect(names('Look')).toEqual(['1.txt', '2.txt', '3.txt'])
    await arrive('3.txt', '1.txt')
    expect(said).toEqual([])
    expect(names('Look')).toEqual(['1.txt', '2.txt', '3.txt'])
    upload('2.txt').onProgress(0.5)
    await arrive('2.txt')
    expect(said.map(({ command }) => [command.clientId, command.mediaIds])).toEqual([
      ['Look', ['0.txt', '1.txt', '2.txt', '3.txt'].map((name) => `id of ${name}`)],
    ])
    expect(show('Look')).not.toHaveProperty('files')
    expect(show('Look')?.media).toHaveLength(4)
    await ok(0)
    expect(ends).toEqual({ Look: 'room-1' })
  })

  it('is sent as any other where all of them are there already', async () => {
    const { start, arrive, send, said, show } = await given()
    const file = start('1.txt')
    await arrive('1.txt')
    send('Look', 'room', { files: [file] })
    expect(show('Look')).not.toHaveProperty('files')
    expect(said[0]?.command.mediaIds).toEqual(['id of 1.txt'])
  })

  it('stays the same in a list while its files get on, of which each tells by itself', async () => {
    const { store, send, show, upload } = await given()
    send('Look', 'room', withFiles('1.txt'))
    const [before, outbox] = [show('Look')?.files, store.state.outbox]
    const [file] = before ?? []
    const told: unknown[] = []
    file?.subscribe(() => told.push([file.getSnapshot().status, file.getSnapshot().progress]))
    for (const part of [0.25, 0.5, 1]) upload('1.txt').onProgress(part)
    expect(told).toEqual([0.25, 0.5, 1].map((part) => ['uploading', part]))
    expect(store.state.outbox).toBe(outbox)
    expect(show('Look')?.files).toBe(before)
  })

  it('does not hold up what is written after it, but what is done to it', async () => {
    const { outbox, send, arrive, texts, said, ok, ends } = await given()
    send('Film', 'room', withFiles('film.mp4'))
    send('Text')
    const reacted = outbox.mutate('room', { type: 'reaction.add', reaction: '👍', messageId: 'Film', at: '' })
    send('Another')
    expect(texts()).toEqual(['Text'])
    await ok(0)
    expect(texts()).toEqual(['Text', 'Another'])
    await ok(1)
    await arrive('film.mp4')
    expect(texts()).toEqual(['Text', 'Another', 'Film'])
    expect(said).toHaveLength(3)
    await ok(2)
    expect(said[3]).toMatchObject({ type: 'reaction.add', command: { messageId: ends.Film } })
    await ok(3)
    await reacted
  })

  it('is sent as it was edited meanwhile', async () => {
    const { outbox, send, arrive, said, ok } = await given()
    send('Old', 'room', withFiles('1.txt'))
    const edited = outbox.mutate('room', { type: 'message.edit', messageId: 'Old', text: 'New', at: '' })
    await arrive('1.txt')
    expect(said.map(({ type, command }) => [type, command.text, command.mediaIds])).toEqual([
      ['message.send', 'New', ['id of 1.txt']],
    ])
    await ok(0)
    expect(await edited).toMatchObject({ text: 'New' })
  })

  it('waits for the connection, which its files need not', async () => {
    const { send, line, outbox, arrive, texts } = await given()
    line.isLive = false
    send('Look', 'room', withFiles('1.txt'))
    await arrive('1.txt')
    expect(texts()).toEqual([])
    line.isLive = true
    outbox.flush()
    expect(texts()).toEqual(['Look'])
  })

  it('takes files as React Native names them', async () => {
    const { send, uploads, show, arrive, said } = await given()
    const file = { uri: 'file:///photo.jpg', name: 'photo.jpg', type: 'image/jpeg' }
    send('Look', 'room', { files: [file] })
    expect(uploads).toMatchObject([{ file, filename: 'photo.jpg' }])
    expect(show('Look')?.files?.[0]?.file).toBe(file)
    await arrive('photo.jpg')
    expect(said).toHaveLength(1)
  })

  it('fails at once where it has too many', async () => {
    const { store, send, show, ends } = await given()
    store.set({ limits })
    send('Look', 'room', { media: [mediaOf('0.txt')], ...withFiles('1.txt', '2.txt') })
    await pass()
    expect(ends).toEqual({ Look: 'too_large' })
    expect(show('Look')?.error?.errors).toMatchObject([{ pointer: '/mediaIds' }])
  })

  it('is begun once, however often it is sent under its `clientId`', async () => {
    const { send, uploads } = await given()
    send('Look', 'room', withFiles('1.txt'))
    send('Look', 'room', withFiles('1.txt'))
    expect(uploads).toHaveLength(1)
  })

  it('forwards without any', async () => {
    const { send, uploads, said } = await given()
    const forward = { id: 'other-1', roomId: 'other', text: 'Far', media: [], data: null, user: null, as: null }
    send('Far', 'room', { forward: { ...forward, createdAt: '', forwardedFrom: null }, ...withFiles('1.txt') })
    expect([uploads.length, said.length]).toEqual([0, 1])
  })
})

describe('a file that fails for now', () => {
  it('is tried again after longer and longer pauses, and its message goes on waiting', async () => {
    const { send, uploads, fail, show, arrive, said } = await given()
    send('Look', 'room', withFiles('1.txt'))
    for (const [n, ms] of [1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 60_000, 60_000].entries()) {
      await fail('1.txt', 'unreachable')
      expect(show('Look')).toMatchObject({ state: 'sending', error: null })
      await pass(ms - 1)
      expect(uploads).toHaveLength(n + 1)
      await pass(1)
      expect(uploads).toHaveLength(n + 2)
    }
    await arrive('1.txt')
    expect(said).toHaveLength(1)
  })

  it('is tried again when the server says', async () => {
    const { send, uploads, fail } = await given()
    send('Look', 'room', withFiles('1.txt'))
    await fail('1.txt', 'rate_limited', { retryAfterMs: 7_000 })
    await pass(6_999)
    expect(uploads).toHaveLength(1)
    await pass(1)
    expect(uploads).toHaveLength(2)
  })

  it.each(['unreachable', 'unauthenticated'])(
    'is tried again when the connection is back, and not before (%s)',
    async (code) => {
      const { line, outbox, send, uploads, fail, ends } = await given()
      line.isLive = false
      send('Look', 'room', withFiles('1.txt'))
      await fail('1.txt', code)
      await pass(600_000)
      expect(uploads).toHaveLength(1)
      line.isLive = true
      outbox.flush()
      expect(uploads).toHaveLength(2)
      expect(ends).toEqual({})
    },
  )

  it('is tried again at once with the next connection, however long it was to pause', async () => {
    const { line, outbox, send, uploads, fail } = await given()
    send('Look', 'room', withFiles('1.txt'))
    await fail('1.txt', 'rate_limited', { retryAfterMs: 60_000 })
    line.isLive = false
    outbox.lost()
    line.isLive = true
    outbox.flush()
    expect(uploads).toHaveLength(2)
  })

  it('is tried again at once where it had failed before it was sent', async () => {
    const { start, fail, send, uploads } = await given()
    const file = start('1.txt')
    await fail('1.txt', 'unreachable')
    await pass(60_000)
    expect(uploads).toHaveLength(1)
    send('Look', 'room', { files: [file] })
    expect(uploads).toHaveLength(2)
  })
})

describe('a file that is refused', () => {
  const codes = ['unsupported_media_type', 'too_large', 'insufficient_storage', 'rejected', 'invalid_request']

  it.each(codes)(
    'fails its message with why (%s), shows which it is, and is uploaded again by `retry`',
    async (code) => {
      const { outbox, send, fail, show, ends, uploads, arrive, said } = await given()
      send('Look', 'room', withFiles('1.txt', '2.txt', '3.txt'))
      await arrive('3.txt')
      await fail('2.txt', code)
      expect(ends).toEqual({ Look: code })
      expect(show('Look')).toMatchObject({ state: 'failed', error: { code } })
      const states = () => show('Look')?.files?.map((file) => file.getSnapshot().status)
      expect(states()).toEqual(['uploading', 'failed', 'done'])
      await pass(600_000)
      await arrive('1.txt')
      expect([uploads.length, said.length]).toEqual([3, 0])
      outbox.retry('room', 'Look')
      expect(show('Look')).toMatchObject({ state: 'sending', error: null })
      expect([states(), uploads.length]).toEqual([['done', 'uploading', 'done'], 4])
      await arrive('2.txt')
      expect(said[0]?.command.mediaIds).toEqual(['id of 1.txt', 'id of 2.txt', 'id of 3.txt'])
    },
  )

  it('is tried again by itself, too, and its message with it', async () => {
    const { send, fail, show, arrive, said } = await given()
    send('Look', 'room', withFiles('1.txt'))
    await fail('1.txt', 'rejected')
    show('Look')?.files?.[0]?.retry()
    expect(show('Look')).toMatchObject({ state: 'sending', error: null })
    await arrive('1.txt')
    expect(said).toHaveLength(1)
  })

  it('is uploaded again where it was refused before it was sent, and once more where its message is written anew', async () => {
    const { outbox, start, fail, send, ends, show, uploads, arrive, said } = await given()
    const file = start('1.txt')
    await fail('1.txt', 'rejected')
    send('Look', 'room', { files: [file] })
    expect([uploads.length, show('Look')?.state]).toEqual([2, 'sending'])
    await fail('1.txt', 'rejected')
    expect([ends, show('Look')?.state]).toEqual([{ Look: 'rejected' }, 'failed'])
    void outbox.revise('room', 'Look', { text: 'New', files: [file] })
    expect([uploads.length, show('New')?.state]).toEqual([3, 'sending'])
    await arrive('1.txt')
    expect(said.map(({ command }) => command.mediaIds)).toEqual([['id of 1.txt']])
  })

  it('stays left out where it was cancelled before', async () => {
    const { start, send, uploads, said, ends } = await given()
    const file = start('1.txt')
    file.cancel()
    send('Look', 'room', { files: [file] })
    send('', 'room', { clientId: 'empty', files: [file] })
    await pass()
    expect([uploads.length, ends]).toEqual([1, { '': 'aborted' }])
    expect(said.map(({ command }) => [command.text, command.mediaIds])).toEqual([['Look', []]])
  })

  it('is left out where it is cancelled: then the message goes without it', async () => {
    const { send, fail, arrive, names, show, said } = await given()
    send('Look', 'room', withFiles('1.txt', '2.txt'))
    await arrive('1.txt')
    await fail('2.txt', 'rejected')
    show('Look')?.files?.[1]?.cancel()
    expect(names('Look')).toEqual([])
    expect(said[0]?.command.mediaIds).toEqual(['id of 1.txt'])
  })

  it('stays with the message that is written anew, and what that leaves out is given up', async () => {
    const { outbox, send, fail, show, names, upload, arrive, said, uploads } = await given()
    send('Old', 'room', withFiles('1.txt', '2.txt', '3.txt'))
    await fail('2.txt', 'rejected')
    const [first, refused] = show('Old')?.files ?? []
    if (!first || !refused) throw new Error('not there')
    void outbox.revise('room', 'Old', { text: 'New', clientId: 'New', files: [first, fileOf('4.txt')] })
    expect(show('Old')).toBeUndefined()
    expect(names('New')).toEqual(['1.txt', '4.txt'])
    expect(['1.txt', '3.txt', '4.txt'].map((name) => upload(name).signal.aborted)).toEqual([false, true, false])
    await arrive('1.txt', '4.txt')
    expect(said.map(({ command }) => command.text)).toEqual(['New'])
    expect(uploads).toHaveLength(4)
  })

  it('is given up, too, where the message is written anew under its own `clientId` without it', async () => {
    const { outbox, send, fail, upload, arrive, said } = await given()
    send('Old', 'room', withFiles('1.txt', '2.txt'))
    await fail('1.txt', 'rejected')
    void outbox.revise('room', 'Old', { text: 'New', clientId: 'Old', files: [fileOf('3.txt')] })
    expect(upload('2.txt').signal.aborted).toBe(true)
    await arrive('3.txt')
    expect(said[0]?.command).toMatchObject({ text: 'New', mediaIds: ['id of 3.txt'] })
  })
})

describe('a file that is cancelled', () => {
  it('ends, and its message goes on without it', async () => {
    const { send, show, names, upload, arrive, said } = await given()
    send('Look', 'room', withFiles('1.txt', '2.txt'))
    show('Look')?.files?.[0]?.cancel()
    expect(upload('1.txt').signal.aborted).toBe(true)
    expect([show('Look')?.state, names('Look')]).toEqual(['sending', ['2.txt']])
    await arrive('2.txt')
    expect(said[0]?.command.mediaIds).toEqual(['id of 2.txt'])
  })

  it('discards a message that says nothing else', async () => {
    const { send, entries, ends } = await given()
    send('', 'room', { clientId: 'empty', ...withFiles('1.txt') })
    entries()[0]?.files?.[0]?.cancel()
    await pass()
    expect([entries(), ends]).toEqual([[], { '': 'aborted' }])
  })

  it('is cancelled with the message that is discarded, or deleted', async () => {
    const { outbox, send, upload, ends, said } = await given()
    send('One', 'room', withFiles('1.txt'))
    send('Two', 'room', withFiles('2.txt'))
    outbox.discard('room', 'One')
    await outbox.mutate('room', { type: 'message.delete', messageId: 'Two', at: '' })
    expect([upload('1.txt').signal.aborted, upload('2.txt').signal.aborted]).toEqual([true, true])
    await pass(600_000)
    expect([ends, said]).toEqual([{ One: 'aborted', Two: 'aborted' }, []])
  })
})

describe('a message with files that was stored', () => {
  const open = async (storage: ReturnType<typeof memoryStorage>) => {
    const after = await given({ storage })
    await after.open()
    return after
  }

  it('is sent by the next page where all of them were there', async () => {
    const storage = memoryStorage()
    const before = await given({ storage })
    before.send('Look', 'room', withFiles('1.txt', '2.txt'))
    before.line.isLive = false
    await before.arrive('2.txt', '1.txt')
    before.outbox.close()
    const { said } = await open(storage)
    expect(said[0]?.command).toMatchObject({
      ...{ clientId: 'Look', mediaIds: ['id of 1.txt', 'id of 2.txt'] },
    })
  })

  it('has failed with `file_lost` where one was not, keeps the others, and is not sent again as it is', async () => {
    const storage = memoryStorage()
    const before = await given({ storage })
    before.send('Look', 'room', withFiles('1.txt', '2.txt', '3.txt'))
    before.send('Text')
    await before.arrive('1.txt', '3.txt')
    before.outbox.close()
    const { outbox, show, said, arrive, texts } = await open(storage)
    expect(texts()).toEqual(['Text'])
    const failed = { state: 'failed', error: { code: 'file_lost' }, media: [mediaOf('1.txt'), mediaOf('3.txt')] }
    expect(show('Look')).toMatchObject(failed)
    outbox.retry('room', 'Look')
    expect(show('Look')).toMatchObject(failed)
    const { media } = show('Look') ?? {}
    void outbox.revise('room', 'Look', { text: 'New', media, files: [fileOf('2.txt')] })
    await arrive('2.txt')
    expect(said.at(-1)?.command).toMatchObject({
      ...{ text: 'New', mediaIds: ['id of 1.txt', 'id of 3.txt', 'id of 2.txt'] },
    })
  })

  it('has failed so in the page after the next, too', async () => {
    const storage = memoryStorage()
    const before = await given({ storage })
    before.send('Look', 'room', withFiles('1.txt'))
    before.outbox.close()
    const next = await open(storage)
    // Stored anew, as it is now.
    await next.open()
    next.outbox.close()
    const { show, said } = await open(storage)
    expect([show('Look')?.error?.code, said]).toEqual(['file_lost', []])
  })

  it('is left to its tab, and fails in another one once that is gone', async () => {
    stubLocks()
    const storage = memoryStorage()
    const one = await given({ storage })
    await pass(10)
    one.send('Look', 'room', withFiles('1.txt'))
    const other = await open(storage)
    await pass(10)
    expect([one.show('Look')?.state, other.show('Look')]).toEqual(['sending', undefined])
    one.outbox.close()
    await pass(10)
    expect(other.show('Look')).toMatchObject({ state: 'failed', error: { code: 'file_lost' } })
  })

  it('stays stored, and uploads nothing more, where its author signs out; whoever comes next has nothing of it', async () => {
    const storage = memoryStorage()
    const { send, outbox, upload, open: signIn, entries, arrive, said, ends, line } = await given({ storage })
    send('Look', 'room', withFiles('1.txt', '2.txt'))
    await arrive('1.txt')
    send('Elsewhere', 'other', withFiles('3.txt'))
    await pass()
    const [stored] = storage.items.values()
    outbox.close()
    await pass()
    expect([upload('2.txt').signal.aborted, upload('3.txt').signal.aborted]).toEqual([true, true])
    expect([...storage.items.values()][0]).toBe(stored)
    expect(ends).toEqual({ Look: 'aborted', Elsewhere: 'aborted' })
    await signIn('bob')
    await pass(600_000)
    expect([entries(), said, line.isLive]).toEqual([[], [], true])
  })
})
