import { describe, expect, it } from 'vitest'
import { given, givenLive } from './connecting.js'
import { stub } from './page.js'
import { pass } from './wire.js'

const minute = 60_000
/** A URL of the chat's that ends in so many minutes. */
const urlOf = (minutes: number, { id = 'photo', part = 'file', begin = '/chat', sign = 's' } = {}) =>
  `${begin}/media/${id}/${part}?sign=${sign}&expires=${Date.now() + minutes * minute}`

async function answering() {
  const all = await givenLive()
  all.wire.hold(/media/)
  const { wire } = all
  async function answer(url: string, thumbnailUrl: string | null = null) {
    await pass()
    wire.held.at(-1)?.answer(200, { id: 'photo', url, thumbnailUrl })
    await pass()
    return wire.held.at(-1)?.what
  }
  return { ...all, media: all.client.media, answer, asked: () => wire.held.length }
}

describe('the URL of a file', () => {
  it('has the origin of the chat, where that is another than the page’s', () => {
    const { client } = given()
    const url = urlOf(10)
    const source = client.media.source(url)
    expect(source.getSnapshot()).toBe(`http://chat.test${url}`)
    expect(source.getInitialSnapshot()).toBe(url)
    expect(client.media.source(url)).toBe(source)
    stub('location', { href: 'http://page.test/', origin: 'http://page.test' })
    expect(source.getSnapshot()).toBe(`http://chat.test${url}`)
    stub('location', { href: 'http://chat.test/', origin: 'http://chat.test' })
    expect(source.getSnapshot()).toBe(url)
  })

  it('may begin with an origin, with a host, or with neither', () => {
    const { client } = given({ url: 'https://chat.test:8080/chat' })
    const shown = (url: string) => client.media.source(url).getSnapshot()
    const whole = urlOf(10, { begin: 'https://chat.test:8080/chat' })
    expect(shown(whole)).toBe(whole)
    const host = urlOf(10, { id: 'other', begin: '//chat.test:8080/chat' })
    expect(shown(host)).toBe(`https:${host}`)
    const plain = urlOf(10, { id: 'third', begin: 'chat' })
    expect(shown(plain)).toBe(`https://chat.test:8080/${plain}`)
    // Of one file, however it begins: the one that was heard first stays.
    expect(shown(urlOf(11))).toBe(whole)
    expect(shown(urlOf(12, { id: 'other', begin: 'https://chat.test:8080/chat' }))).toBe(`https:${host}`)
  })

  it.each([
    ['of another host', 'https://elsewhere.test/chat/media/photo/file?expires=9999999999999'],
    ['of another host over the same scheme', '//elsewhere.test/chat/media/photo/file?expires=9999999999999'],
    ['of another part of the host', '/other/media/photo/file?expires=9999999999999'],
    ['that begins elsewhere', '/x/chat/media/photo/file?expires=9999999999999'],
    ['that is below another', '/chat/x/media/photo/file?expires=9999999999999'],
    ['that is not signed', '/chat/media/photo/file'],
    ['that ends never', '/chat/media/photo/file?sign=s'],
    ['that is of no file', '/chat/media/file?expires=9999999999999'],
    ['that is empty', ''],
  ])('%s is left as it is, and not asked for', async (_, url) => {
    const { media, wire, asked } = await answering()
    const source = media.source(url)
    source.subscribe(() => undefined)
    expect(source.getSnapshot()).toBe(url)
    expect(await media.refresh(url)).toBe(url)
    await pass(60_000)
    expect(asked()).toBe(0)
    expect(wire.log.filter((what) => what.includes('media'))).toEqual([])
  })

  it('needs no origin of the chat until it is shown, so that a page can be rendered where nobody knows it', () => {
    const { client } = given({ url: '/chat' })
    const url = urlOf(10)
    expect(client.media.source(url).getInitialSnapshot()).toBe(url)
    expect(() => client.media.source(url).getSnapshot()).toThrow('url needs its origin')
  })

  it('stays the one that was first heard while that is good, whatever the next ones are', async () => {
    const { media, asked } = await answering()
    const [first, second] = [urlOf(10), urlOf(15)]
    const one = media.source(first)
    expect(one.getSnapshot()).toBe(`http://chat.test${first}`)
    const other = media.source(second)
    expect(other.getSnapshot()).toBe(`http://chat.test${first}`)
    other.subscribe(() => undefined)
    await pass(9 * minute)
    // With less than a minute left it is not begun with.
    expect(other.getSnapshot()).toBe(`http://chat.test${second}`)
    expect(one.getSnapshot()).toBe(`http://chat.test${second}`)
    expect(asked()).toBe(0)
  })

  it('is the one that ends last where none is good any more, and is asked for', async () => {
    const { media, asked } = await answering()
    const [first, second] = [urlOf(0.5), urlOf(0.9)]
    media.source(first).getSnapshot()
    const source = media.source(second)
    expect(source.getSnapshot()).toBe(`http://chat.test${second}`)
    expect(media.source(first).getSnapshot()).toBe(`http://chat.test${second}`)
    source.subscribe(() => undefined)
    await pass()
    expect(asked()).toBe(1)
  })

  it('is good with two thirds left of the shortest life that a host can give it', async () => {
    const { media, asked } = await answering()
    media.source(urlOf(80 / 60)).subscribe(() => undefined)
    await pass()
    expect(asked()).toBe(0)
  })

  it('is another for another file, and for its thumbnail', () => {
    const { client } = given()
    for (const url of [urlOf(10), urlOf(11, { id: 'other-1' }), urlOf(12, { part: 'thumbnail' })]) {
      expect(client.media.source(url).getSnapshot()).toBe(`http://chat.test${url}`)
    }
  })

  it('that has ended is asked for once somebody shows it, and told to all who do', async () => {
    const { media, answer, asked } = await answering()
    const [old, older, next] = [urlOf(1), urlOf(0, { sign: 'o' }), urlOf(15)]
    const told: string[] = []
    const [one, other] = [media.source(old), media.source(older)]
    expect(one.getSnapshot()).toBe(`http://chat.test${old}`)
    const end = one.subscribe(() => told.push(one.getSnapshot()))
    other.subscribe(() => told.push(other.getSnapshot()))
    expect(await answer(next)).toBe('GET /media/photo')
    expect(asked()).toBe(1)
    expect(told).toEqual([`http://chat.test${next}`, `http://chat.test${next}`])
    end()
    other.subscribe(() => undefined)
    await pass(50)
    expect(asked()).toBe(1)
    const refreshed = media.refresh(old)
    await answer(urlOf(20))
    expect(await refreshed).toBe(`http://chat.test${urlOf(20)}`)
    expect(told).toHaveLength(3)
  })

  it('of a thumbnail is asked for as that of its file, and is that where there is no thumbnail any more', async () => {
    const { media, answer } = await answering()
    const old = urlOf(0, { part: 'thumbnail' })
    const refresh = async (...given: Parameters<typeof answer>) => {
      const refreshed = media.refresh(old)
      expect(await answer(...given)).toBe('GET /media/photo')
      return refreshed
    }
    expect(await refresh('/chat/whole', '/chat/small')).toBe('http://chat.test/chat/small')
    expect(await refresh('/chat/whole')).toBe('http://chat.test/chat/whole')
    const file = media.refresh(urlOf(0))
    await answer('/chat/whole', '/chat/small')
    expect(await file).toBe('http://chat.test/chat/whole')
  })

  it('that cannot be asked for stays, and rejects only whoever asks for it now', async () => {
    const { wire, media } = await answering()
    const old = urlOf(0)
    const source = media.source(old)
    source.subscribe(() => undefined)
    await pass()
    wire.held[0]?.answer(404, { code: 'not_found', status: 404 })
    await pass()
    expect(source.getSnapshot()).toBe(`http://chat.test${old}`)
    const refreshed = media.refresh(old).catch((error) => error)
    await pass()
    wire.held[1]?.answer(404, { code: 'not_found', status: 404 })
    expect(await refreshed).toMatchObject({ code: 'not_found' })
  })

  it('ends by the clock of the server, as its tickets show that', async () => {
    for (const [aheadMinutes, times] of [
      [0, 0],
      [5, 1],
      [-5, 0],
    ] as const) {
      const { wire, client } = given()
      wire.hold(/ws-ticket|media/)
      client.connect()
      await pass()
      const expiresAt = new Date(Date.now() + aheadMinutes * minute + 30_000).toISOString()
      wire.held[0]?.answer(201, { ticket: 't', expiresAt })
      await pass(50)
      client.media.source(urlOf(4)).subscribe(() => undefined)
      await pass()
      expect(wire.held.length - 1, `${aheadMinutes} minutes ahead`).toBe(times)
      client.close()
    }
  })

  it('ends by our own clock where the server’s is not known', async () => {
    const { wire, client } = given()
    wire.hold(/ws-ticket|media/)
    client.connect()
    await pass()
    wire.held[0]?.answer(201, { ticket: 't', expiresAt: 'soon' })
    await pass(50)
    client.media.source(urlOf(4)).subscribe(() => undefined)
    await pass()
    expect(wire.held).toHaveLength(1)
    client.media.source(urlOf(1, { id: 'other' })).subscribe(() => undefined)
    await pass()
    expect(wire.held).toHaveLength(2)
  })

  it('is told with all else of a file by the server', async () => {
    const { media, answer } = await answering()
    const got = media.get('photo')
    expect(await answer('/chat/whole')).toBe('GET /media/photo')
    expect(await got).toEqual({ id: 'photo', url: '/chat/whole', thumbnailUrl: null })
  })
})
