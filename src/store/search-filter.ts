import { fold } from './search.js'

/** Messages of a room that one filter tells of: with more, most would know most of what is asked for. */
export const blockSize = 64

/** Which block of its room a message is in. */
export const blockOf = (seq: number): number => Math.floor((seq - 1) / blockSize)

/**
 * Bytes of a filter: one for each thing that it knows of, as long as a row of PostgreSQL takes it in; kept apart from its
 * row, it would cost as much to look at as the messages do.
 */
const [fewestBytes, mostBytes] = [32, 1900]

/** Bits of a byte: seven, since SQLite reads a byte as a character, and only ASCII is one of one byte. */
const all = 127
/** Each thing sets two bits of one byte. */
const pairs = Array.from({ length: 7 }, (_, a) => Array.from({ length: a }, (_, b) => (1 << a) | (1 << b))).flat()

/** What is looked for in a block at most: the more, the less often a block is read in vain, but each costs. */
const mostAsked = 12

/** From here on letters are words or syllables: two beside each other tell as much as three of an alphabet. */
const firstWide = 0x2e80

// What is stored was made by what follows: whoever changes it has to have all blocks deleted by an upgrade.

const mixed = (hash: number, value: number): number => {
  const product = Math.imul(hash ^ value, 0x85ebca6b)
  return product ^ (product >>> 15)
}

const finished = (hash: number): number => {
  const product = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35)
  return (product ^ (product >>> 13)) >>> 0
}

const hashOf = (kind: number, values: number[]): number => finished(values.reduce(mixed, kind))

const codesOf = (text: string): number[] => Array.from(text, (letter) => letter.codePointAt(0) ?? 0)

export const authorToken = (userId: string): number => hashOf(0x51ed270b, codesOf(userId))
export const mediaToken = hashOf(0x2545f491, [])

/** Runs of letters of a text that was folded, by how many they are. */
function* runsOf(codes: number[], length: number): Generator<{ hash: number; isWide: boolean }> {
  for (let start = 0; start + length <= codes.length; start += 1) {
    let hash = length
    let isWide = false
    for (let n = start; n < start + length; n += 1) {
      const code = codes[n] ?? 0
      hash = mixed(hash, code)
      isWide ||= code >= firstWide
    }
    yield { hash: finished(hash), isWide }
  }
}

/** What a block that has a text like this must know of; for nothing, any block may have it. */
export function tokensOf(folded: string): number[] {
  const codes = codesOf(folded)
  const [ones = [], twos = [], threes = []] = [1, 2, 3].map((length) => [...runsOf(codes, length)])
  const best = [...threes.filter((run) => !run.isWide), ...twos.filter((run) => run.isWide)]
  const hashes = new Set(best.map(({ hash }) => hash))
  // Of many, some from everywhere.
  const step = Math.max(1, hashes.size / mostAsked)
  const tokens = new Set([...hashes].filter((_, n) => Math.floor(n / step) !== Math.floor((n - 1) / step)))
  // A single one may be there by chance: where there are few, what they consist of is asked for as well.
  for (const { hash } of [...twos, ...ones]) if (tokens.size < mostAsked) tokens.add(hash)
  return [...tokens]
}

/** Where a filter has a thing, whatever its length, and which bits of the byte are not the thing's. */
export function bitOf(token: number): [at: number, others: number] {
  return [token >>> 1, all ^ pairOf(token)]
}

const pairOf = (token: number): number => pairs[(Math.imul(token, 0x9e3779b1) >>> 16) % pairs.length] ?? 3

/** A Bloom filter: what it does not know is certainly not in its messages, what it knows may be. */
export class SearchFilter {
  readonly #tokens = new Set<number>()

  add({ userId, text, hasMedia }: { userId: string | null; text: string; hasMedia: boolean }): void {
    if (userId !== null) this.#tokens.add(authorToken(userId))
    if (hasMedia) this.#tokens.add(mediaToken)
    const codes = codesOf(fold(text))
    for (const length of [1, 2, 3]) {
      for (const { hash, isWide } of runsOf(codes, length)) if (length < 3 || !isWide) this.#tokens.add(hash)
    }
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.min(Math.max(this.#tokens.size, fewestBytes), mostBytes))
    for (const token of this.#tokens) {
      const at = (token >>> 1) % bytes.length
      bytes[at] = (bytes[at] ?? 0) | pairOf(token)
    }
    return bytes
  }
}
