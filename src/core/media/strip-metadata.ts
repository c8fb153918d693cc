import { ChatError } from '../../contract/problems.js'
import type { Edit, Format, Piece } from './formats/format.js'
import { planStrip } from './formats.js'
import type { TemporaryFile } from './temporary-file.js'
import type { UploadFolder } from './temporary-space.js'

/**
 * Removes from a file what tells where, when, by whom or with what it was made, before any decoder sees it. Returns the file to
 * keep: the same one if nothing was left out, or if it was overwritten in place. Nothing is encoded again.
 */
export async function stripMetadata(format: Format, file: TemporaryFile, folder: UploadFolder): Promise<TemporaryFile> {
  const plan = await planStrip(format, file.at, file.byteSize)
  if (!plan) throw new ChatError('unsupported_media_type', 'the file is damaged')
  if ('pieces' in plan) return isWhole(plan.pieces, file) ? file : copyOf(plan.pieces, file, folder)
  await edit(file, plan.edits)
  if (plan.end < file.byteSize) await file.truncate(plan.end)
  return file
}

const isWhole = ([first, second]: Piece[], { byteSize }: TemporaryFile): boolean =>
  first !== undefined && second === undefined && !Buffer.isBuffer(first) && first.end === byteSize

/** How many bytes are read, changed and written at once. */
const blockBytes = 64 * 1024

async function copyOf(pieces: Piece[], file: TemporaryFile, folder: UploadFolder): Promise<TemporaryFile> {
  const copy = await folder.create('stripped')
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) {
      await copy.append(piece)
      continue
    }
    const end = Math.min(piece.end, file.byteSize)
    for (let at = piece.start; at < end; at += blockBytes) {
      await copy.append(await file.at(at, Math.min(blockBytes, end - at)))
    }
  }
  return copy
}

/** Goes through the file block by block, and skips blocks in which nothing changes. */
async function edit(file: TemporaryFile, edits: Edit[]): Promise<void> {
  let first = 0
  for (let at = 0; first < edits.length && at < file.byteSize; at += blockBytes) {
    const end = Math.min(at + blockBytes, file.byteSize)
    while ((edits[first]?.end ?? end) <= at) first += 1
    if ((edits[first]?.start ?? end) >= end) continue
    const block = Buffer.from(await file.at(at, end - at))
    for (let n = first; (edits[n]?.start ?? end) < end; n += 1) apply(edits[n] as Edit, block, at)
    await file.overwrite(at, block)
  }
}

/** Applies an edit to the part of it that is in this block. */
function apply({ start, end, bytes }: Edit, block: Buffer, offset: number): void {
  const [from, to] = [Math.max(start, offset), Math.min(end, offset + block.length)]
  if (from >= to) return
  if (bytes) bytes.copy(block, from - offset, from - start, to - start)
  else block.fill(0, from - offset, to - offset)
}
