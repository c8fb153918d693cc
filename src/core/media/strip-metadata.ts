import { ChatError } from '../../contract/problems.js'
import type { Edit, Format, Piece } from './formats/format.js'
import { planStrip } from './formats.js'
import type { TemporaryFile } from './temporary-file.js'
import type { UploadFolder } from './temporary-space.js'

/**
 * Takes from a file what tells where, when, by whom or by what it was made, before any decoder sees it. Gives the file that
 * is then to be kept: the same where nothing had to be left out, or where it was overwritten in place. Nothing is coded anew.
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

/** So much is read, changed and written at once. */
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

/** Goes over the file block by block, past those in which there is nothing to do. */
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

/** Changes what of a block an edit is about. */
function apply({ start, end, bytes }: Edit, block: Buffer, offset: number): void {
  const [from, to] = [Math.max(start, offset), Math.min(end, offset + block.length)]
  if (from >= to) return
  if (bytes) bytes.copy(block, from - offset, from - start, to - start)
  else block.fill(0, from - offset, to - offset)
}
