import { hash, randomFillSync } from 'node:crypto'

const random = new Uint8Array(4096)
let used = random.length
let lastTime = 0
let counter = 0

const take = (count: number): Uint8Array => {
  if (used + count > random.length) {
    randomFillSync(random)
    used = 0
  }
  used += count
  return random.subarray(used - count, used)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

/** A UUIDv7 (RFC 9562): sorts by time, and within one process by order, since the 12 bits after the time count up. */
export function newId(): string {
  const now = Math.max(Date.now(), lastTime)
  counter = now === lastTime ? counter + 1 : (take(1)[0] ?? 0)
  lastTime = now
  if (counter > 0xfff) {
    // More than 4,096 in a millisecond: borrow from the next one rather than lose the order.
    lastTime += 1
    counter = 0
  }
  const time = lastTime.toString(16).padStart(12, '0')
  const tail = hex(take(8))
  const variant = ((Number.parseInt(tail.charAt(0), 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`
}

/**
 * The id of an imported message, a UUIDv8 (RFC 9562) that is made of its room and its key: so the primary key keeps it from being imported
 * twice, and others find it by its key. Those of a room begin alike, so they are neighbours in the index.
 */
export function importedId(roomId: string, key: string): string {
  const [room, tail] = [hash('sha256', roomId, 'hex'), hash('sha256', JSON.stringify([roomId, key]), 'hex')]
  const variant = ((Number.parseInt(tail.charAt(3), 16) & 0x3) | 0x8).toString(16)
  return `${room.slice(0, 8)}-${room.slice(8, 12)}-8${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`
}

/** Whether a message was imported. */
export const isImported = ({ id }: { id: string }): boolean => id.charAt(14) === '8'
