import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskStorage } from 'express-chat'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pixel } from '../access/pixel.js'
import { givenGroup, givenHost } from '../realtime/given.js'
import { liveClient, until } from './given.js'

function givenStorage() {
  const directory = mkdtempSync(join(tmpdir(), 'express-chat-client-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return diskStorage({ directory })
}

describe('files', () => {
  it('are uploaded, sent and seen by the others; an upload can be cancelled', async () => {
    const host = await givenHost({ storage: givenStorage() })
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = await Promise.all([liveClient(host, 'alice'), liveClient(host, 'bob')])
    await bob.room(roomId).messages.load()
    const progress: number[] = []
    const media = await alice.media.upload(new Blob([pixel]), {
      filename: 'dot.png',
      onProgress: (fraction) => progress.push(fraction),
    })
    expect(progress.at(-1)).toBe(1)
    expect(media).toMatchObject({ filename: 'dot.png', contentType: 'image/png', uploadedById: 'alice' })
    await alice.room(roomId).messages.send({ media: [media] })
    const { items } = await until(bob.room(roomId).messages, (window) => window.items.at(-1)?.media.length)
    const url = bob.media.source(items.at(-1)?.media[0]?.url ?? '').getSnapshot()
    expect((await fetch(url)).headers.get('content-type')).toBe('image/png')

    const cancel = new AbortController()
    const cancelled = alice.media.upload(new Blob([pixel]), { signal: cancel.signal })
    cancel.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'aborted' })
    await expect(alice.media.upload(new Blob(['<html>']), { filename: 'x.html' })).rejects.toMatchObject({
      code: 'unsupported_media_type',
      status: 415,
    })
  })

  it('may be sent before they are there: others see one message, with all of them in their order', async () => {
    const host = await givenHost({ storage: givenStorage() })
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = await Promise.all([liveClient(host, 'alice'), liveClient(host, 'bob')])
    await bob.room(roomId).messages.load()
    const first = alice.media.start(new File([pixel], '1.png'))
    const sent = alice.room(roomId).messages.send({ files: [first, new File([pixel], '2.png')] })
    const [shown] = alice.room(roomId).messages.getSnapshot().items
    expect([shown?.state, shown?.files?.[0]]).toEqual(['sending', first])
    const { media } = await sent
    expect(media.map(({ filename }) => filename)).toEqual(['1.png', '2.png'])
    expect(first.getSnapshot()).toMatchObject({ status: 'done', progress: 1, media: { id: media[0]?.id } })
    const { items } = await until(bob.room(roomId).messages, (window) => window.items.some((each) => each.media.length))
    const withMedia = items.filter((each) => each.kind === 'user').map((each) => each.media.map(({ id }) => id))
    expect(withMedia).toEqual([media.map(({ id }) => id)])
  })

  it('have a URL that stays while it is good, and is asked for anew when it is not', async () => {
    let ahead = 0
    const host = await givenHost({ storage: givenStorage(), clock: () => new Date(Date.now() + ahead) })
    const alice = await liveClient(host, 'alice')
    const { url, id } = await alice.media.upload(new Blob([pixel]), { filename: 'dot.png' })
    const source = alice.media.source(url)
    // One observable for each URL: who renders again does not subscribe again.
    expect(alice.media.source(url)).toBe(source)
    const first = source.getSnapshot()
    expect(first).toBe(`${host.origin}${url}`)
    source.subscribe(() => undefined)()
    expect(source.getSnapshot()).toBe(first)

    // The server's clock, and the client's idea of it, go on.
    ahead = 20 * 60_000
    expect((await fetch(first)).status).toBe(401)
    alice.close()
    alice.connect()
    await until(alice.connection, ({ status }) => status === 'live')
    await new Promise<void>((resolve) => alice.media.source(url).subscribe(resolve))
    const next = alice.media.source(url).getSnapshot()
    expect(next).not.toBe(first)
    expect(next).toContain(id)
    expect((await fetch(next)).status).toBe(200)
    // Everyone who shows that picture shows the same URL.
    expect(source.getSnapshot()).toBe(next)
    expect(await alice.media.refresh('https://elsewhere.example/face.png')).toBe('https://elsewhere.example/face.png')
    expect(alice.media.source('https://elsewhere.example/face.png').getSnapshot()).toContain('elsewhere')
  })
  it('are not mistaken for those of somebody else, whose addresses look alike', async () => {
    const host = await givenHost({ storage: givenStorage() })
    const alice = await liveClient(host, 'alice')
    const { url } = await alice.media.upload(new Blob([pixel]), { filename: 'dot.png' })
    const foreign = `https://elsewhere.example${url}`
    const source = alice.media.source(foreign)
    source.subscribe(() => undefined)
    expect(source.getSnapshot()).toBe(foreign)
    expect(await alice.media.refresh(foreign)).toBe(foreign)
    // Nor do they take the place of ours.
    expect(alice.media.source(url).getSnapshot()).toBe(`${host.origin}${url}`)
  })
})
