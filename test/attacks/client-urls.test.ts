import { describe, expect, it } from 'vitest'
import { avatarAddress } from '../../src/core/avatars.js'
import { givenLive } from '../client/connecting.js'
import { pass } from '../client/wire.js'

const soon = () => Date.now() + 10 * 60_000
const base = 'http://chat.test/chat'

/** What runs, or what the page itself could have put there. */
const running = [
  'javascript:alert(1)',
  'JavaScript:alert(1)//https://chat.test/',
  'java\tscript:alert(1)',
  ' \njavascript:alert(1)',
  '\x01javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:image/svg+xml,<svg/>',
  'blob:http://chat.test/0000',
  'vbscript:x',
  'file:///etc/passwd',
  'filesystem:http://chat.test/x',
  'ftp://chat.test/a.png',
]

describe('a URL that only looks like one of the chat', () => {
  async function givenMedia() {
    const all = await givenLive()
    all.wire.hold(/media/)
    return { ...all, media: all.client.media }
  }

  it('is neither asked for nor put in the place of one', async () => {
    const { media, wire } = await givenMedia()
    const path = `/media/photo/content?expires=${soon()}&signature=s`
    for (const foreign of [
      `https://host.evil/chat${path}`,
      `//host.evil/chat${path}`,
      `/\\host.evil/chat${path}`,
      `\\\\host.evil/chat${path}`,
      `http://chat.test@host.evil/chat${path}`,
      `http://chat.test:80@host.evil/chat${path}`,
      `http://chat.test.host.evil/chat${path}`,
      `http://user:pass@chat.test/chat${path}`,
      `https://chat.test/chat${path}`,
      `http://chat.test:8080/chat${path}`,
      `${base}/../other${path}`,
      `${base}/x${path}`,
      `http://chat.test/chatty${path}`,
      `http://chat.test/login?next=${base}${path}`,
      `https://host.evil/#${base}${path}`,
      `https://host.evil/?${base}${path}`,
      `http://chat.test/chat/media/photo/content?x=1#expires=${soon()}`,
    ]) {
      const source = media.source(foreign)
      source.subscribe(() => undefined)
      expect(source.getSnapshot(), foreign).toBe(foreign)
      expect(await media.refresh(foreign), foreign).toBe(foreign)
    }
    const own = `${base}${path}`
    expect(media.source(own).getSnapshot()).toBe(own)
    await pass()
    expect(wire.held).toHaveLength(0)
  })

  it('does not stand for the picture for ever, where somebody says that it never ends', async () => {
    const { media, wire } = await givenMedia()
    // What somebody gave as their own picture: that of another one, signed by nobody.
    const made = `${base}/media/photo/content?expires=9999999999999&signature=made-up`
    expect(media.source(made).getSnapshot()).toBe(made)
    const good = `${base}/media/photo/content?expires=${soon()}&signature=good`
    expect(media.source(good).getSnapshot()).toBe(good)
    expect(media.source(made).getSnapshot()).toBe(good)
    media.source(good).subscribe(() => undefined)
    await pass()
    expect(wire.held).toHaveLength(0)
  })

  it('is not shown at all, where it is no address of a server', async () => {
    const { media } = await givenMedia()
    for (const url of running) {
      expect(media.source(url).getSnapshot(), url).toBe('')
      expect(media.source(url).getInitialSnapshot(), url).toBe('')
      expect(await media.refresh(url), url).toBe('')
    }
    for (const url of ['https://host.test/a:b.png', '/faces/a.png?at=1:2', 'faces/a.png', '//host.test/a.png', '']) {
      expect(media.source(url).getSnapshot()).toBe(url)
    }
  })
})

describe('what a host says is somebody’s picture', () => {
  it('is told to nobody, where it is no address over http(s)', () => {
    for (const url of [
      ...running,
      '//host.evil/a.png',
      '/\\host.evil/a.png',
      '\\\\host.evil\\a.png',
      'https:\\\\host.evil',
      'https://user:pass@host.test/a.png',
      'https://host.test\\@host.evil/',
      'https://',
      'https:host',
      'a.png',
      '',
    ]) {
      expect(avatarAddress(url), url).toBeNull()
    }
    expect(avatarAddress(null)).toBeNull()
    for (const url of ['https://host.test/a@b.png', 'http://host.test:80', '/a.png', 'HTTPS://host.test/?a=/:']) {
      expect(avatarAddress(url)).toBe(url)
    }
    expect(avatarAddress(' https://host.test/a\n.png')).toBe('https://host.test/a.png')
  })
})
