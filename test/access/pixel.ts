import { Readable } from 'node:stream'
import type { ChatStorage } from 'express-chat'

/** The smallest PNG. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Keeps nothing, and has that picture under every key. */
export const pixelStorage: ChatStorage = {
  async put(_, bytes) {
    for await (const _ of bytes);
  },
  async read(_, { start, end } = { start: 0, end: pixel.length - 1 }) {
    return Readable.from([pixel.subarray(start, end + 1)])
  },
  async stat() {
    return { byteSize: pixel.length }
  },
  async delete() {},
  async *list() {},
}
