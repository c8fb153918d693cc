import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { type ChatStorage, reject } from 'express-chat'
import { afterAll, describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases, type TestDatabase } from '../databases.js'
import { givenStorage } from './given-storage.js'
import { picture } from './pictures.js'
import { pngHeader } from './png-header.js'
import { givenTemporaryFolder } from './temporary-folder.js'
import { sendForm, upload } from './upload.js'

describe('uploads', () => {
  const { storage, keys, remove } = givenStorage()
  let full = false
  const failing: ChatStorage = {
    ...storage,
    async put(key, bytes, options) {
      if (!full) return storage.put(key, bytes, options)
      // As where a write fails: some of the bytes were taken, no more are wanted, and what is there is taken away first.
      try {
        for await (const _ of bytes) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      } finally {
        await storage.delete(key)
      }
    },
  }
  const scanned: { filename: string; contentType: string; length: number }[] = []
  const host = shareHost(databases[0] as TestDatabase, {
    storage: failing,
    limits: { fileBytes: 200_000 },
    before: {
      async upload({ filename, contentType, read }) {
        const bytes = Buffer.concat(await (await read()).toArray())
        scanned.push({ filename, contentType, length: bytes.length })
        if (bytes.includes('EICAR')) throw reject('a virus')
        if (filename === 'rename.txt') return { filename: 'renamed.txt' }
        return undefined
      },
    },
  })
  afterAll(remove)

  const temporary = givenTemporaryFolder()
  const left = async () => ({
    keys: await keys(),
    rows: await host.prisma.chatMedia.count(),
    temporary: temporary.left(),
  })
  /** Does something that leaves neither bytes, nor rows, nor a temporary file. */
  const leavesNothing = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = await left()
    expect(before.temporary).toEqual([])
    const result = await work()
    await expect.poll(left).toEqual(before)
    return result
  }

  it('that are too large are refused with the limit, whether they say so or not', async () => {
    const bytes = 'x'.repeat(200_001)
    const refused = { status: 413, body: { code: 'too_large', detail: 'a file may have 200000 bytes' } }
    expect(await leavesNothing(() => upload(host, 'alice', bytes, 'a.txt'))).toMatchObject(refused)
    expect(await leavesNothing(() => upload(host, 'alice', 'x'.repeat(900_000), 'a.txt'))).toMatchObject(refused)
    expect((await upload(host, 'alice', 'x'.repeat(200_000), 'a.txt')).status).toBe(201)
  })

  it('of pictures with too many pixels are refused before these are decoded', async () => {
    const answer = await leavesNothing(() => upload(host, 'alice', pngHeader(50_000, 50_000)))
    expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } })
    expect(answer.body.detail).toContain('50000 × 50000')
    // Few enough, but a row of them is half a minute's work.
    expect(await leavesNothing(() => upload(host, 'alice', pngHeader(1, 65_536)))).toMatchObject({ status: 413 })
  })

  it('of damaged pictures are refused', async () => {
    const whole = await picture(64, 64)
    for (const bytes of [whole.subarray(0, 60), pngHeader(8, 8), pngHeader(0, 8)]) {
      const answer = await leavesNothing(() => upload(host, 'alice', bytes))
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    }
  })

  it('take one part, `file`, and nothing else', async () => {
    const file = () => new Blob(['Hello'])
    const forms: [string, (form: FormData) => void][] = [
      ['nothing', () => undefined],
      ['a field', (form) => form.append('file', 'Hello')],
      ['another name', (form) => form.append('picture', file(), 'a.txt')],
      ['two files', (form) => ['a.txt', 'b.txt'].forEach((name) => void form.append('file', file(), name))],
      [
        'a field after it',
        (form) => {
          form.append('file', file(), 'a.txt')
          form.append('x', '1')
        },
      ],
      ['an empty one', (form) => form.append('file', new Blob([]), 'a.txt')],
    ]
    for (const [name, fill] of forms) {
      const form = new FormData()
      fill(form)
      const answer = await leavesNothing(() => sendForm(host, 'alice', form))
      expect([answer.status, answer.body.code], name).toEqual([400, 'invalid_request'])
    }
    expect(await host.as('alice').post('/media', {})).toMatchObject({ status: 415 })
    expect((await host.as(null).post('/media', {})).status).toBe(401)
  })

  it('have names of bounded length, without paths and what is invisible', async () => {
    const nameOf = async (name: string) => (await upload(host, 'alice', 'Hello', name)).body.filename
    expect(await nameOf('../../etc/passwd.txt')).toBe('passwd.txt')
    expect(await nameOf('C:\\Users\\a\\b.txt')).toBe('b.txt')
    expect(await nameOf('in\u202Evoice\u200F.txt')).toBe('invoice.txt')
    expect(await nameOf('in\u061Cvoice\u00AD.html\u200B')).toBe('invoice.html.txt')
    expect(await nameOf(`${'😀'.repeat(92)}.xhtml`)).toBe(`${'😀'.repeat(90)}.xhtml.txt`)
    expect(await nameOf('page.html')).toBe('page.html.txt')
    expect(await nameOf('page.HTML. . ')).toBe('page.HTML.txt')
    expect(await nameOf('Ünïcödé 図.txt')).toBe('Ünïcödé 図.txt')
    const long = await leavesNothing(() => upload(host, 'alice', 'Hello', `${'x'.repeat(200)}.txt`))
    expect(long).toMatchObject({ status: 413, body: { code: 'too_large' } })
  })

  it('of text are text, whatever else begins with the same letters', async () => {
    for (const text of ['BMW 320i', 'MZ', 'BEGIN:VCARD\nEND:VCARD', 'WEBVTT\n', '%!PS', `solid ${'図'.repeat(9000)}`]) {
      const { body } = await upload(host, 'alice', text, 'a.txt')
      expect(body, text.slice(0, 9)).toMatchObject({ contentType: 'text/plain', filename: 'a.txt' })
    }
    const refused = { status: 415, body: { code: 'unsupported_media_type' } }
    for (const bytes of [Buffer.from('BM\0\0'), Buffer.from(`BM${'x'.repeat(50_000)}\x81`, 'latin1')]) {
      expect(await leavesNothing(() => upload(host, 'alice', bytes, 'a.txt'))).toMatchObject(refused)
    }
  })

  it('to a full disk are refused with 507', async () => {
    full = true
    for (const length of [5, 150_000]) {
      const answer = await leavesNothing(() => upload(host, 'alice', 'x'.repeat(length), 'a.txt'))
      expect(answer).toMatchObject({ status: 507, body: { code: 'insufficient_storage' } })
    }
    full = false
  })

  it('may be refused by the host, which reads them first, or be renamed', async () => {
    const answer = await leavesNothing(() => upload(host, 'alice', 'EICAR', 'virus.txt'))
    expect(answer).toMatchObject({ status: 422, body: { code: 'rejected', detail: 'a virus' } })
    expect(scanned.at(-1)).toEqual({ filename: 'virus.txt', contentType: 'text/plain', length: 5 })
    expect((await upload(host, 'alice', 'Hello', 'rename.txt')).body.filename).toBe('renamed.txt')
  })

  it('that are cut off at any 4 KiB leave nothing', async () => {
    const body = formOf(await noise(64 * 1024))
    await leavesNothing(async () => {
      for (let length = 1024; length < body.bytes.length; length += 4096) {
        await sendAndHangUp(body, length)
      }
    })
    const answer = await fetch(`${host.origin}/chat/media`, {
      method: 'POST',
      headers: { 'x-user': 'alice', 'content-type': body.type },
      body: new Uint8Array(body.bytes),
    })
    expect(answer.status).toBe(201)
  })

  it('whose body is not what a form sends are refused', async () => {
    const { bytes, type } = formOf(Buffer.from('Hello'))
    const body = String(bytes).replace('a.png', 'a\0.png')
    const headers = { 'x-user': 'alice', 'content-type': type }
    const send = async () => (await fetch(`${host.origin}/chat/media`, { method: 'POST', headers, body })).json()
    expect(await leavesNothing(send)).toMatchObject({
      status: 400,
      detail: 'a part of the form has a malformed header',
    })
  })

  it('whose body ends before its last boundary leave nothing', async () => {
    const { bytes, type } = formOf(Buffer.from('Hello'.repeat(5000)))
    for (const length of [200, 5000, bytes.length - 5]) {
      const send = async () =>
        (
          await fetch(`${host.origin}/chat/media`, {
            method: 'POST',
            headers: { 'x-user': 'alice', 'content-type': type },
            body: new Uint8Array(bytes.subarray(0, length)),
          })
        ).status
      expect(await leavesNothing(send)).toBe(400)
    }
  })

  it('are made by the host’s own code as well', async () => {
    const stream = Readable.from([Buffer.from('From '), Buffer.from('the host')])
    const media = await host.chat.media.upload('bob', { filename: 'note.txt', stream })
    expect(media).toMatchObject({ filename: 'note.txt', contentType: 'text/plain', byteSize: 13, uploadedById: 'bob' })
    const bytes = await host.chat.media.read('bob', media.id)
    expect(String(Buffer.concat(await bytes.toArray()))).toBe('From the host')
    await expect(host.chat.media.read('alice', media.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  function sendAndHangUp({ bytes, type }: { bytes: Buffer; type: string }, length: number): Promise<void> {
    const { port, hostname } = new URL(host.origin)
    return new Promise((resolve, fail) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST /chat/media HTTP/1.1\r\nHost: ${hostname}\r\nX-User: alice\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
        )
        socket.write(bytes.subarray(0, length), () => setTimeout(() => socket.destroy(), 5))
      })
      socket.on('error', fail).on('close', () => resolve())
    })
  }
})

function formOf(file: Buffer): { bytes: Buffer; type: string } {
  const head =
    '--cut\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
  return {
    bytes: Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--cut--\r\n')]),
    type: 'multipart/form-data; boundary=cut',
  }
}

/** A picture that does not compress. */
async function noise(bytes: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const side = Math.ceil(Math.sqrt(bytes / 3))
  return sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: 'black',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
