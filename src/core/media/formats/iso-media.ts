import { inOneInTurns, Pace, sortedInTurns } from '../pace.js'
import { inWindows, type ReadAt } from '../read-window.js'
import type { Dimensions, Edit, Format } from './format.js'
import { type Box, BoxReader } from './iso-boxes.js'
import { eraseItems } from './iso-items.js'
import { samplesOf } from './iso-samples.js'

const names = (list: string): Set<string> => new Set(list.split(' '))

/** The boxes that are kept: what is seen or heard, and what is needed to find it. All others are blanked, known or not. */
const kept = {
  file: names('ftyp styp moov moof mdat meta mfra sidx ssix wide'),
  moov: names('mvhd trak mvex iods'),
  trak: names('tkhd tref trgr edts mdia tapt load'),
  meta: names('hdlr dinf pitm iloc iinf iprp iref idat ipro grpl'),
}

/** Films, sounds and pictures of ISO's base media format. Such files have offsets into themselves, so everything stays in its place. */
export const isoMedia: Format = {
  async strip(at, byteSize) {
    const eraser = new Eraser(inWindows(at))
    const end = await eraser.file(byteSize)
    if (end === 0) throw new RangeError('nothing of it is seen')
    return { edits: await merged(eraser.edits), end }
  },
}

export const avif: Format = {
  ...isoMedia,
  /** The largest of the declared sizes; for a picture that is put together from tiles, it is that of the whole. */
  async measure(at) {
    const head = await at(0, 16 * 1024)
    let largest: Dimensions | undefined
    for (let found = head.indexOf('ispe'); found >= 0; found = head.indexOf('ispe', found + 4)) {
      if (found + 16 > head.length) break
      const size = { width: head.readUInt32BE(found + 8), height: head.readUInt32BE(found + 12) }
      if (!largest || size.width * size.height > largest.width * largest.height) largest = size
    }
    return largest
  },
}

/** How many samples with a position a film may have; a file with more was made to do harm. */
const mostEdits = 100_000

/** How many edits are handled in one turn of the event loop. */
const stepsAtOnce = 1000

/** Sorts edits by `start`, and merges blanks that overlap: thousands of parts may each be the whole file. */
async function merged(edits: Edit[]): Promise<Edit[]> {
  const byStart = (one: Edit, other: Edit) => one.start - other.start
  const blanks: Edit[] = []
  const named: Edit[] = []
  const pace = new Pace(stepsAtOnce)
  for (const edit of await sortedInTurns(edits, byStart)) {
    if (pace.isDue()) await pace.turn()
    const { start, end, bytes } = edit
    if (bytes) {
      named.push(edit)
      continue
    }
    const last = blanks.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else blanks.push({ start, end })
  }
  return inOneInTurns(blanks, named, byStart)
}

class Eraser {
  readonly edits: Edit[] = []
  /** The numbers of the tracks that are removed. */
  readonly #erased = new Set<number>()
  readonly #reader: BoxReader

  constructor(at: ReadAt) {
    this.#reader = new BoxReader(at)
  }

  /** Returns where the last part that stays ends. */
  async file(byteSize: number): Promise<number> {
    let end = 0
    const others: Box[] = []
    for await (const box of this.#reader.boxes(0, byteSize)) {
      if (!kept.file.has(box.type)) {
        others.push(box)
        continue
      }
      if (box.type === 'moov') await this.#film(box)
      if (box.type === 'moof') await this.#fragment(box)
      if (box.type === 'meta') await this.#items(box)
      end = box.end
    }
    for (const box of others) if (box.start < end) this.#blank(box)
    return end
  }

  async #film(moov: Box): Promise<void> {
    for await (const box of this.#reader.inside(moov)) {
      // QuickTime compressed this box in the nineties, so its content is not known.
      if (box.type === 'cmov') throw new RangeError('a compressed header')
      if (!kept.moov.has(box.type)) this.#blank(box)
      else if (box.type === 'mvhd') await this.#eraseTimes(box)
      else if (box.type === 'trak') await this.#track(box)
    }
  }

  async #track(trak: Box): Promise<void> {
    const handler = await this.#reader.find(trak, 'mdia', 'hdlr')
    // This track has places and movements, sample by sample.
    if (handler && (await this.#reader.at(handler.content + 8, 4)).toString('latin1') === 'meta') {
      for await (const edit of samplesOf(this.#reader, trak)) {
        if (this.edits.length >= mostEdits) throw new RangeError('too many samples')
        this.edits.push(edit)
      }
      const header = await this.#reader.find(trak, 'tkhd')
      if (header) this.#erased.add(await this.#numberAt(header.content + ((await this.#isLong(header)) ? 20 : 12)))
      this.#blank(trak)
      return
    }
    for await (const box of this.#reader.inside(trak)) {
      if (!kept.trak.has(box.type)) this.#blank(box)
      else if (box.type === 'tkhd') await this.#eraseTimes(box)
    }
    const media = await this.#reader.find(trak, 'mdia', 'mdhd')
    if (media) await this.#eraseTimes(media)
  }

  /** In a film that was recorded in fragments, these come after the box that describes its tracks. */
  async #fragment(moof: Box): Promise<void> {
    for await (const box of this.#reader.inside(moof)) {
      const header = box.type === 'traf' ? await this.#reader.find(box, 'tfhd') : undefined
      if (header && this.#erased.has(await this.#numberAt(header.content + 4))) this.#blank(box)
    }
  }

  async #numberAt(offset: number): Promise<number> {
    return (await this.#reader.at(offset, 4)).readUInt32BE()
  }

  /** Blanks the times at which it was made and changed; three kinds of header begin with them. */
  async #eraseTimes(box: Box): Promise<void> {
    const { content, end } = box
    const times = { start: content + 4, end: Math.min(content + ((await this.#isLong(box)) ? 20 : 12), end) }
    const found = await this.#reader.at(times.start, times.end - times.start)
    if (found.some((byte) => byte !== 0)) this.edits.push(times)
  }

  /** Whether its times take eight bytes each. */
  async #isLong({ content }: Box): Promise<boolean> {
    return (await this.#reader.at(content, 1)).readUInt8() === 1
  }

  async #items(meta: Box): Promise<void> {
    for await (const box of await this.#reader.insideFull(meta)) if (!kept.meta.has(box.type)) this.#blank(box)
    for await (const edit of eraseItems(this.#reader, meta)) this.edits.push(edit)
  }

  /** Turns a box into free space of the same length. */
  #blank({ type, start, content, end }: Box): void {
    if (type === 'free' && content === end) return
    this.edits.push({ start: start + 4, end: start + 8, bytes: Buffer.from('free') })
    this.edits.push({ start: content, end })
  }
}
