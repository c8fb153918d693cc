import { type Box, BoxReader } from '../../../src/core/media/formats/iso-boxes.js'

type Part = Buffer | string | number[]

export const bytes = (...parts: Part[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

export const u16 = (...all: number[]): number[] => all.flatMap((value) => [(value >> 8) & 0xff, value & 0xff])
export const u32 = (...all: number[]): number[] => all.flatMap((value) => u16(value >>> 16, value & 0xffff))
export const u64 = (...all: number[]): number[] => all.flatMap((value) => u32(Math.floor(value / 2 ** 32), value))

/** A box of ISO's base media format. */
export function box(type: string, ...content: Part[]): Buffer {
  const inside = bytes(...content)
  return bytes(u32(inside.length + 8), type, inside)
}

/** Reads a file that consists of these parts, and the first box in it. */
export async function reading(...parts: Part[]): Promise<{ reader: BoxReader; first: Box; file: Buffer }> {
  const file = bytes(...parts)
  const reader = new BoxReader(async (offset, length) => file.subarray(offset, offset + length))
  const [first] = await all(reader.boxes(0, file.length))
  if (!first) throw new Error('there is no box')
  return { reader, first, file }
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
