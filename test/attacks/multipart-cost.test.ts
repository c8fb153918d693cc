import { Readable } from 'node:stream'
import type { Request, Response } from 'express'
import { describe, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.js'
import type { Media, Received } from '../../src/core/media/media.js'
import { createUploadReader } from '../../src/http/upload.js'
import { withinTurns } from './cpu.js'

const headBytes = 16 * 1024
/** As a socket gives it at most. */
const chunkBytes = 64 * 1024
const bodyBytes = 8 * chunkBytes

/** Keeps nothing, and reads all. */
const media = {
  async receive(_: string, { stream }: { stream: Readable }): Promise<Received> {
    for await (const _ of stream);
    return {} as Received
  },
  discard: async () => undefined,
} as unknown as Media

/** Reads a form that comes in chunks, each in a turn of the event loop. */
function read(body: Buffer, boundary: string): Promise<Received> {
  async function* chunks() {
    for (let at = 0; at < body.length; at += chunkBytes) {
      await new Promise(setImmediate)
      yield body.subarray(at, at + chunkBytes)
    }
  }
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'transfer-encoding': 'chunked',
  }
  const request = Object.assign(Readable.from(chunks(), { objectMode: false }), { headers })
  return createUploadReader(media, defaultLimits)(request as unknown as Request, {} as Response, 'alice')
}

const fill = (part: string, length: number) => part.repeat(Math.ceil(length / part.length)).slice(0, length)
const part = (disposition: string, more = '') =>
  `--b\r\nContent-Disposition: form-data${disposition}\r\n${more}\r\nx\r\n`
const file = '; name="file"; filename="a.txt"'

const forms: [string, string, boundary?: string][] = [
  ['parts', fill(part('; name="a"'), bodyBytes)],
  ['parts that are files', fill(part(file), bodyBytes)],
  ['parts that are nothing', fill('--b\r\nA: b\r\n\r\nx\r\n', bodyBytes)],
  ['parts without a header', fill('--b\r\n\r\n', bodyBytes)],
  ['boundaries', fill('--b\r\n', bodyBytes)],
  ['boundaries behind a file', part(file) + fill('\r\n--b', bodyBytes)],
  ['beginnings of a boundary', part(file) + fill('\r\n--', bodyBytes)],
  ['ends of lines', part(file) + fill('\r\n', bodyBytes)],
  ['headers of one part', `--b\r\n${fill('A: b\r\n', headBytes * 2)}`],
  [
    'headers of one part, each of another name',
    `--b\r\n${Array.from({ length: 4_000 }, (_, n) => `A${n}:\r\n`).join('')}`,
  ],
  ['lines of one header', `--b\r\nA: ${fill('b\r\n ', headBytes * 2)}`],
  ['headers, part by part', fill(`--b\r\n${fill('A: b\r\n', headBytes - 100)}\r\n\r\nx\r\n`, bodyBytes)],
  ['brackets in a name', part(`; name="${fill('a[b]', headBytes - 200)}"`)],
  ['numbers in a name', part(`; name="a${fill('[9]', headBytes - 200)}"`)],
  ['letters of a name', part(`; name="file"; filename="${fill('a', headBytes - 200)}"`)],
  ['folders of a name', part(`; name="file"; filename="${fill('../', headBytes - 200)}"`)],
  ['escapes of a name', part(`; name="file"; filename="${fill('\\"', headBytes - 200)}"`)],
  ['percents of a name', part(`; name="file"; filename="${fill('%22', headBytes - 200)}"`)],
  ['encoded letters of a name', part(`; name="file"; filename*=utf-8''${fill('%C3%BC', headBytes - 200)}`)],
  ['parameters', part(fill('; a=b', headBytes - 200))],
  ['parameters, one name', part(`; name="file"${fill('; filename=b', headBytes - 200)}`)],
  ['spaces', part(`${fill(' ', headBytes - 200)}${file}`)],
  ['semicolons', part(fill(';', headBytes - 200))],
  ['parameters of a type', part(file, `Content-Type: text/plain${fill('; a=b', headBytes - 300)}\r\n`)],
  ['almost boundaries, which are long', fill(`\r\n--${'a'.repeat(200)}`, bodyBytes), `${'a'.repeat(200)}b`],
  ['letters of a boundary that is long', fill('a', bodyBytes), 'a'.repeat(8_000)],
  ['letters but one of a boundary that is long', fill(`${'a'.repeat(7_900)}c`, bodyBytes), 'a'.repeat(8_000)],
  ['letters of a boundary of another one', fill('a', bodyBytes), `b${'a'.repeat(8_000)}`],
]

describe('no form holds the event loop for more than 5 ms', () => {
  it.each(forms)('of many %s', async (_, form, boundary = 'b') => {
    const body = Buffer.from(form, 'latin1')
    await read(body, boundary).catch(() => undefined)
    await withinTurns(5, () => read(body, boundary))
  })
})
