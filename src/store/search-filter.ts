import { fold } from './search.js'

/** How many messages a filter covers. With more, most filters would contain most of what is searched. */
export const blockSize = 64

/** The number of a message's block in its room. */
export const blockOf = (seq: number): number => Math.floor((seq - 1) / blockSize)

/**
 * The most bytes of a filter. It has one for each thing that it contains, as long as PostgreSQL keeps it in its row: outside of its
 * row, reading it would cost as much as reading the messages.
 */
const [fewestBytes, mostBytes] = [32, 1900]

/** A byte has seven usable bits, because SQLite reads a byte as a character, and only ASCII characters have one byte. */
const all = 127
/** Each thing sets two bits of one byte. */
const pairs = Array.from({ length: 7 }, (_, a) => Array.from({ length: a }, (_, b) => (1 << a) | (1 << b))).flat()

/** How many things are looked up in a block at most. With more of them, fewer blocks are read in vain, but each costs time. */
const mostAsked = 12

/** From this code point on, letters are words or syllables: two of them say as much as three letters of an alphabet. */
const firstWide = 0x2e80

// The stored blocks were made by the following code. If you change it, an upgrade has to delete all blocks.

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

/** The sequences of letters of a folded text, by their length. */
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

/** The things that a block with such a text must contain. If there are none, any block may have it. */
export function tokensOf(folded: string): number[] {
  const codes = codesOf(folded)
  const [ones = [], twos = [], threes = []] = [1, 2, 3].map((length) => [...runsOf(codes, length)])
  const best = [...threes.filter((run) => !run.isWide), ...twos.filter((run) => run.isWide)]
  const hashes = new Set(best.map(({ hash }) => hash))
  // Of many, some are taken from everywhere in the text.
  const step = Math.max(1, hashes.size / mostAsked)
  const tokens = new Set([...hashes].filter((_, n) => Math.floor(n / step) !== Math.floor((n - 1) / step)))
  // A few sequences may be there by chance, so shorter ones are looked up as well.
  for (const { hash } of [...twos, ...ones]) if (tokens.size < mostAsked) tokens.add(hash)
  return [...tokens]
}

/** The place of a thing in a filter of any length, and the byte without the bits of the thing. */
export function bitOf(token: number): [at: number, others: number] {
  return [token >>> 1, all ^ pairOf(token)]
}

const pairOf = (token: number): number => pairs[(Math.imul(token, 0x9e3779b1) >>> 16) % pairs.length] ?? 3

/** A Bloom filter: what it does not contain is certainly not in its messages, and what it contains may be. */
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
