import { invalid } from '../../contract/problems.js'
import { type FileKind, headLength, kindOf } from './media-types.js'
import type { TemporaryFile } from './temporary-file.js'
import type { UploadFolder } from './temporary-space.js'
import { TextCheck } from './text-check.js'

/** The whole file as it was sent, in its temporary folder. */
export interface ReceivedFile extends FileKind {
  folder: UploadFolder
  file: TemporaryFile
}

export interface ReceiveRules {
  types: ReadonlySet<string>
  /** Throws once there are too many bytes. */
  checkSize(byteSize: number): void
}

/** Writes a file to its temporary folder while it arrives. A type that is not allowed is refused as soon as the first bytes show it. */
export async function receiveUpload(
  { types, checkSize }: ReceiveRules,
  folder: UploadFolder,
  source: AsyncIterable<Uint8Array>,
): Promise<ReceivedFile> {
  const file = await folder.create('upload')
  let kind: FileKind | undefined
  let text: TextCheck | undefined
  for await (const chunk of source) {
    checkSize(file.byteSize + chunk.length)
    folder.take(chunk.length)
    await file.append(chunk)
    if (kind) text?.take(chunk)
    else if (file.byteSize >= headLength) [kind, text] = await inspect(file, types)
  }
  if (file.byteSize === 0) throw invalid('/file', 'is empty')
  if (!kind) [kind, text] = await inspect(file, types)
  text?.take()
  // The charset of a text is only known after its last byte.
  const charset = text?.charset ?? 'utf-8'
  const contentType = charset === 'utf-8' ? kind.contentType : `${kind.contentType}; charset=${charset}`
  return { folder, file, ...kind, contentType }
}

/** The type of a file by its first bytes; a text is checked to its end. */
async function inspect(file: TemporaryFile, types: ReadonlySet<string>): Promise<[FileKind, TextCheck | undefined]> {
  const head = await file.at(0, headLength)
  const kind = await kindOf(head, types)
  if (kind.contentType !== 'text/plain') return [kind, undefined]
  const text = new TextCheck(head)
  text.take(await file.at(0, file.byteSize))
  return [kind, text]
}
