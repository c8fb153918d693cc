import { type ImportMessage, importMessage, uploadedIds } from '../contract/imports.js'
import { parse } from '../contract/parse.js'
import { ChatError, invalid } from '../contract/problems.js'
import type { ImportedMessage } from '../store/append/import-batch.js'
import { importedId } from '../store/ids.js'
import type { RoomRow } from '../store/rooms.js'
import type { Context } from './context.js'
import { dataText } from './data.js'
import { type Messages, saidAs } from './messages.js'

/** How far the clock of whoever exported may be ahead of ours. */
const aheadMs = 60_000

/** A message as it was given, checked, with its place in the stream. */
export interface Line extends ImportedMessage {
  /** Counts from 1. */
  place: number
  key: string
  /** Uploads its media, if it is not there yet. */
  upload: (() => Promise<string[]>) | undefined
}

/** Checks messages one after the other, as they come, by all that needs no database. */
export class ImportCheck {
  #last: Date | undefined

  constructor(
    readonly context: Context,
    readonly messages: Messages,
    readonly room: Pick<RoomRow, 'id' | 'type'>,
  ) {}

  /** @throws ChatError that says what is wrong with it. */
  async check(given: unknown, place: number): Promise<Line> {
    const input = parse(importMessage, given)
    const { key, userId, as, replyTo, thread, mediaIds, text = '', kind = 'user' } = input
    const createdAt = this.#timeOf(input)
    const deletedAt = timeOf(input.deletedAt)
    checkAuthor(input)
    const said = deletedAt === null ? input : nothingSaid
    if (deletedAt === null)
      this.messages.check({ text, as, data: said.data, mediaIds: listOf(mediaIds) ?? ['1'] }, 'host')
    else if (thread) throw invalid('/deletedAt', 'leave out a reply that was deleted: nothing hangs on it')
    if (input.alsoInRoom && !thread) throw invalid('/alsoInRoom', 'is for a reply in a thread: give thread')
    const idOf = (other: string | null | undefined) => (other ? importedId(this.room.id, other) : null)
    return {
      ...{ place, key, id: importedId(this.room.id, key), kind, createdAt, deletedAt },
      userId: userId ?? null,
      editedAt: timeOf(input.editedAt),
      saidAs: as ? JSON.stringify(saidAs(as)) : null,
      ...{ replyToId: idOf(replyTo), threadId: idOf(thread), alsoInRoom: input.alsoInRoom ?? false },
      ...{ text: said.text ?? '', data: dataText(said.data), mentions: said.mentions ?? [] },
      mentionsEveryone: said.mentionsEveryone ?? false,
      reactions: await this.#reactionsOf(said, { id: '', userId: userId ?? null, text }),
      mediaIds: listOf(said.mediaIds) ?? [],
      upload: typeof said.mediaIds === 'function' ? said.mediaIds : undefined,
      lenient: input.lenient ?? false,
    }
  }

  /** The media of a message, which is uploaded now if it is to be. */
  async uploaded({ upload, mediaIds }: Line): Promise<string[]> {
    if (!upload) return mediaIds
    const ids = parse(uploadedIds, await upload())
    this.messages.check({ text: '-', mediaIds: ids }, 'host')
    return ids
  }

  #timeOf({ createdAt: given }: ImportMessage): Date {
    const at = new Date(given)
    if (at.getTime() > this.context.clock().getTime() + aheadMs) throw invalid('/createdAt', 'lies in the future')
    if (this.#last && at < this.#last)
      throw invalid('/createdAt', `is before that of the message before, ${this.#last.toISOString()}: sort them first`)
    this.#last = at
    return at
  }

  /** Each in the normal form that the policy gives it. */
  async #reactionsOf(
    { reactions = [], lenient }: Pick<ImportMessage, 'reactions' | 'lenient'>,
    message: { id: string; userId: string | null; text: string },
  ): Promise<ImportedMessage['reactions']> {
    const { limits, reactions: policy } = this.context
    const taken = new Map<string, string[]>()
    for (const [n, { reaction: asked, userIds }] of reactions.entries()) {
      if (Buffer.byteLength(asked) > limits.reactionBytes) {
        throw tooLarge(`/reactions/${n}/reaction`, `has more than ${limits.reactionBytes} bytes`)
      }
      const verdict = await policy.accept(asked, { message, room: this.room, actor: userIds[0] as string })
      if (verdict === false && lenient) continue
      if (verdict === false) throw invalid(`/reactions/${n}/reaction`, 'is not one of those allowed here')
      const form = (verdict === true ? asked : verdict).trimEnd()
      taken.set(form, [...new Set([...(taken.get(form) ?? []), ...userIds])])
    }
    if (taken.size > limits.reactionsPerMessage) {
      throw tooLarge('/reactions', `has more than ${limits.reactionsPerMessage} different ones`)
    }
    return [...taken].map(([reaction, userIds]) => ({ reaction, userIds }))
  }
}

const nothingSaid: Partial<ImportMessage> = {}

const timeOf = (given: Date | string | null | undefined): Date | null => (given ? new Date(given) : null)

const listOf = (ids: ImportMessage['mediaIds']): string[] | undefined =>
  typeof ids === 'function' ? undefined : (ids ?? [])

function checkAuthor({ userId, as, kind, thread, replyTo, reactions }: ImportMessage): void {
  if (kind === 'system') {
    if (userId !== undefined || as)
      throw invalid('/kind', 'what tells what happened is by nobody: give neither userId nor as')
    if (thread || replyTo || reactions) throw invalid('/kind', 'what tells what happened has a text alone')
  } else if ((userId === undefined) === (as === undefined)) {
    throw invalid('/userId', "give userId, or as for a bot, or kind: 'system'")
  }
}

function tooLarge(pointer: string, detail: string): ChatError {
  return new ChatError('too_large', detail, { errors: [{ pointer, detail }] })
}

/** The same error, with the message that it is of. */
export function ofLine(error: unknown, place: number, key: unknown): unknown {
  if (!(error instanceof ChatError)) return error
  const { code, message, errors, retryAfter } = error
  const name = typeof key === 'string' ? ` (${JSON.stringify(key.slice(0, 100))})` : ''
  const detail = `message ${place}${name}: ${message}`
  return new ChatError(code, detail, { ...(errors && { errors }), ...(retryAfter && { retryAfter }), cause: error })
}
