import { describe, expect, it } from 'vitest'
import { memoryStorage } from './given.js'
import { givenOutbox, pass, settle } from './given-outbox.js'

/** An outbox that sends, and one message in it that is under way. */
async function givenSent(options = {}) {
  const given = givenOutbox(options)
  await given.open()
  void given.send('One')
  return given
}

describe('a message that the server cannot take for the moment', () => {
  it('is sent again when it was told to, and holds up its own room alone', async () => {
    const { texts, entry, send, refuse, ok, ends } = await givenSent()
    void send('Next')
    await refuse(0, 'unavailable', { retryAfterMs: 7_000 })
    expect(entry('One')?.error).toBeNull()
    void send('Elsewhere', 'other')
    await pass(6_999)
    expect(texts()).toEqual(['One', 'Elsewhere'])
    await pass(1)
    expect(texts()).toEqual(['One', 'Elsewhere', 'One'])
    await ok(2)
    expect([texts().at(-1), ends]).toEqual(['Next', { One: 'room-1' }])
  })

  it('is sent again after a moment where it was not told when', async () => {
    const { texts, refuse } = await givenSent()
    await refuse(0, 'unreachable')
    await pass(1_499)
    expect(texts()).toEqual(['One'])
    await pass(1)
    expect(texts()).toEqual(['One', 'One'])
  })

  it('is held up with all rooms where it was sent too fast, until everyone’s time is over', async () => {
    const { texts, send, refuse, open } = givenOutbox()
    await open()
    void send('One')
    void send('Two', 'other')
    await refuse(0, 'rate_limited', { retryAfterMs: 5_000 })
    await pass(1_000)
    await refuse(1, 'rate_limited', { retryAfterMs: 1_000 })
    void send('Three', 'third')
    await pass(3_999)
    expect(texts()).toEqual(['One', 'Two'])
    await pass(1)
    expect(texts()).toEqual(['One', 'Two', 'One', 'Two', 'Three'])
  })

  it('is not held up for the next user by what the one before did too fast', async () => {
    const { outbox, texts, send, refuse, open } = await givenSent()
    await refuse(0, 'rate_limited', { retryAfterMs: 60_000 })
    outbox.close()
    await open('bob')
    void send('Of Bob')
    expect(texts()).toEqual(['One', 'Of Bob'])
    await pass(60_000)
    void send('Elsewhere', 'other')
    expect(texts()).toEqual(['One', 'Of Bob', 'Elsewhere'])
  })

  it('may be discarded meanwhile', async () => {
    const { outbox, entries, texts, ends, send, refuse } = await givenSent()
    outbox.discard('room', 'One')
    await refuse(0, 'unavailable')
    void send('Next')
    await settle()
    expect([entries().length, texts(), ends]).toEqual([1, ['One', 'Next'], { One: 'aborted' }])
  })
})

describe('a message whose connection ends', () => {
  it('is sent again at the next one, and nobody is told', async () => {
    const { line, outbox, texts, entries, refuse, ends } = await givenSent()
    for (const code of ['disconnected', 'aborted']) {
      line.isLive = false
      await refuse(texts().length - 1, code)
      const before = texts().length
      expect(entries()).toMatchObject([{ error: null, strikes: 0 }])
      line.isLive = true
      outbox.flush()
      expect(texts()).toHaveLength(before + 1)
    }
    expect(ends).toEqual({})
  })

  it.each([
    ...[1000, 1002, 1003, 1006, 1007, 1008, 1009, 1011, 3_999, 4400].map((code) => [code, 1] as const),
    ...[undefined, 1001, 1012, 1013, 4_000, 4401, 4403, 4408, 4409, 4413, 4429].map((code) => [code, 0] as const),
  ])('by %s, together with others, is suspected %i times', async (closeCode, strikes) => {
    const storage = memoryStorage()
    const { entry, send, close } = await givenSent({ storage })
    void send('Two', 'other')
    await close(closeCode, 0, 1)
    expect([entry('One')?.strikes, entry('Two')?.strikes]).toEqual([strikes, strikes])
    expect([...storage.items.values()].map((value) => JSON.parse(value).strikes)).toEqual([strikes, strikes])
  })

  it('is sent after all others once it is suspected, alone, the least suspected first', async () => {
    const { texts, send, close, ok } = await givenSent()
    void send('Two', 'other')
    await close(1011, 0, 1)
    // All that are suspected alike: the first one.
    expect(texts().slice(2)).toEqual(['One'])
    void send('Three', 'third')
    void send('Four', 'fourth')
    await close(1011)
    expect(texts().slice(3)).toEqual(['Three', 'Four'])
    await ok(4)
    expect(texts().slice(3)).toEqual(['Three', 'Four'])
    await ok(3)
    // Once suspected goes before twice suspected.
    expect(texts().slice(5)).toEqual(['Two'])
    void send('Five', 'fifth')
    expect(texts().slice(5)).toEqual(['Two'])
    await ok(5)
    expect(texts().slice(6)).toEqual(['Five'])
    await ok(6)
    expect(texts().slice(7)).toEqual(['One'])
  })

  it('holds up what was written after it in its room, though that is not suspected', async () => {
    const { texts, send, close, ok } = await givenSent()
    await close(1011)
    expect(texts()).toEqual(['One', 'One'])
    void send('Next')
    expect(texts()).toEqual(['One', 'One'])
    await ok(1)
    expect(texts()).toEqual(['One', 'One', 'Next'])
  })

  it('by 1009 has failed as too large where it was alone, and is suspected where it was not', async () => {
    const { texts, entry, ends, send, ok, close } = await givenSent()
    void send('Two', 'other')
    await ok(1)
    // It was not alone all the time.
    await close(1009, 0)
    expect(entry('One')).toMatchObject({ strikes: 1, error: null })
    expect(texts()).toEqual(['One', 'Two', 'One'])
    await close(1009)
    expect(entry('One')).toMatchObject({ strikes: 0, error: { code: 'too_large', closeCode: 1009 } })
    expect(ends).toMatchObject({ One: 'too_large' })
    expect(texts()).toEqual(['One', 'Two', 'One'])
  })

  it('has failed after five connections in a row, the last of which it ended alone', async () => {
    const { texts, entry, ends, send, close } = await givenSent()
    for (let n = 1; n < 5; n += 1) {
      await close(1011)
      expect(entry('One')).toMatchObject({ strikes: n, error: null })
    }
    expect(ends).toEqual({})
    await close(1011)
    expect(entry('One')).toMatchObject({ strikes: 0, error: { code: 'disconnected', closeCode: 1011 } })
    expect([texts().length, ends]).toEqual([5, { One: 'disconnected' }])
    void send('Next')
    expect(texts()).toHaveLength(6)
  })

  it('has ended as many connections after a reload as before it', async () => {
    const storage = memoryStorage()
    const before = await givenSent({ storage })
    for (let n = 0; n < 4; n += 1) await before.close(1011)
    before.outbox.close()
    const { texts, entry, close, open } = givenOutbox({ storage })
    await open()
    expect([texts(), entry('One')?.strikes]).toEqual([['One'], 4])
    await close(1012)
    expect([texts().length, entry('One')?.strikes]).toEqual([2, 4])
    await close(1011)
    expect(entry('One')?.error).toMatchObject({ code: 'disconnected' })
  })

  it('is suspected no more once the server has heard it, whatever it said', async () => {
    const { entry, close, refuse, ok, send, texts } = await givenSent()
    await close(1011)
    expect(entry('One')?.strikes).toBe(1)
    await refuse(1, 'unavailable', { retryAfterMs: 1_000 })
    expect(entry('One')?.strikes).toBe(0)
    // So it is not alone any more.
    await pass(1_000)
    void send('Two', 'other')
    expect(texts()).toEqual(['One', 'One', 'One', 'Two'])
    await ok(2)
    expect(entry('One')).toBeUndefined()
  })
})
