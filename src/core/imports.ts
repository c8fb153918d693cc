import type { ImportMessage, ImportResult } from '../contract/imports.js'
import { ChatError, notFound } from '../contract/problems.js'
import type { RoomImported } from '../publish/notice.js'
import { appendImported } from '../store/append/import.js'
import type { Imported, Standing } from '../store/append/import-batch.js'
import { messagesAmong } from '../store/imports.js'
import { findRoom } from '../store/rooms.js'
import { system } from './actor.js'
import { writeAudit } from './audit.js'
import type { Context } from './context.js'
import { ImportCheck, type Line, ofLine } from './import-check.js'
import type { Messages as MessageRules } from './messages.js'
import { permissionsOf } from './permissions.js'
import { namedReactors } from './reaction-counts.js'

/** So many messages are written in one transaction, or fewer if they are long: others who write to the room wait for no longer. */
const mostAtOnce = 500
const mostCharacters = 1_000_000
/** Who is in the room has to read it anew, at most so often. */
const tellEveryMs = 1_000

type Messages = AsyncIterable<ImportMessage> | Iterable<ImportMessage>

/** Fills rooms with what was said elsewhere. */
export class Imports {
  /** What is being written. Who gives the messages may take as long as they like. */
  readonly #writes = new Set<Promise<unknown>>()
  #isClosed = false

  constructor(
    readonly context: Context,
    readonly messages: MessageRules,
  ) {}

  async run(roomId: string, messages: Messages): Promise<ImportResult> {
    const { work } = this.context
    const room = await findRoom(work.db, roomId)
    if (!room || room.deletedAt !== null) throw notFound()
    const importing = new Importing(this.context, roomId, new ImportCheck(this.context, this.messages, room))
    try {
      let place = 0
      for await (const given of messages) {
        if (this.#isClosed) throw new ChatError('unavailable', 'the chat was closed; import the same again')
        place += 1
        await this.#written(importing.take(given, place))
      }
    } catch (error) {
      // What came before it is kept; unless the database refuses that as well, which is then what is told.
      if (!this.#isClosed) await this.#written(importing.finish())
      throw error
    }
    return this.#written(importing.finish())
  }

  /** Resolves once nothing more is written. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#writes)
  }

  async #written<T>(write: Promise<T>): Promise<T> {
    this.#writes.add(write)
    try {
      return await write
    } finally {
      this.#writes.delete(write)
    }
  }
}

/** One import into one room: messages are gathered, and written together. */
class Importing {
  readonly #result: ImportResult = { imported: 0, skipped: 0 }
  #lines: Line[] = []
  #characters = 0
  #standing: Standing | undefined
  #untold: RoomImported | undefined
  #toldAt = performance.now()
  #isAudited = false
  /** Nothing is written after a message that could not be. */
  #hasFailed = false

  constructor(
    readonly context: Context,
    readonly roomId: string,
    readonly check: ImportCheck,
  ) {}

  async take(given: ImportMessage, place: number): Promise<void> {
    const line = await this.check.check(given, place).catch((error) => {
      throw ofLine(error, place, given?.key)
    })
    this.#lines.push(line)
    this.#characters += line.text.length + (line.data?.length ?? 0)
    if (this.#lines.length >= mostAtOnce || this.#characters >= mostCharacters) await this.#write()
  }

  async finish(): Promise<ImportResult> {
    try {
      if (!this.#hasFailed) await this.#write()
    } finally {
      this.#tell()
    }
    return this.#result
  }

  async #write(): Promise<void> {
    const lines = this.#lines
    this.#lines = []
    this.#characters = 0
    this.#hasFailed = true
    const { work } = this.context
    const known = await messagesAmong(
      work.db,
      lines.map(({ id }) => id),
    )
    const fresh = lines.filter(({ id }) => !known.has(id))
    const failed = await this.#upload(fresh)
    await this.#append(failed ? fresh.slice(0, failed.n) : fresh)
    this.#result.skipped += lines.length - fresh.length
    if (failed) throw failed.error
    this.#hasFailed = false
  }

  /** Before the room is locked. Returns the first message whose media could not be uploaded. */
  async #upload(lines: Line[]): Promise<{ n: number; error: unknown } | undefined> {
    for (const [n, line] of lines.entries()) {
      try {
        line.mediaIds = await this.check.uploaded(line)
      } catch (error) {
        return { n, error: ofLine(error, line.place, line.key) }
      }
    }
    return undefined
  }

  async #append(lines: Line[]): Promise<void> {
    if (lines.length === 0) return
    const { work, clock, presets } = this.context
    const { refusal, ...done } = await work.transaction(async ({ tx }) => {
      const newcomerGrants = { role: 'member' as const, ...permissionsOf(presets[this.check.room.type].member) }
      const on = { db: tx, dialect: work.dialect, namedReactors, newcomerGrants }
      const imported = await appendImported(on, this.roomId, lines, this.#standing)
      const [first] = imported.written
      if (first !== undefined && !this.#isAudited) {
        const details = { from: lines[first]?.key }
        await writeAudit(tx, clock(), system, { action: 'messages.imported', roomId: this.roomId, details })
      }
      return imported
    })
    const upTo = refusal?.n ?? lines.length
    this.#result.imported += done.written.length
    this.#result.skipped += upTo - done.written.length
    this.#standing = done.standing
    if (done.written.length > 0) this.#note(done)
    const line = refusal && lines[refusal.n]
    if (line) throw ofLine(refusal.error, line.place, line.key)
  }

  #note({ revision, seqs, replySeqs }: Omit<Imported, 'refusal'>): void {
    this.#isAudited = true
    const before = this.#untold
    const from = (one: [number, number], other: [number, number] | undefined): [number, number] => [
      other?.[0] ?? one[0],
      one[1],
    ]
    this.#untold = {
      ...{ type: 'room.imported', roomId: this.roomId, revision },
      ...{ seqs: from(seqs, before?.seqs), replySeqs: from(replySeqs, before?.replySeqs) },
    }
    if (performance.now() - this.#toldAt >= tellEveryMs) this.#tell()
  }

  #tell(): void {
    const { work } = this.context
    if (this.#untold) work.publish(this.#untold)
    this.#untold = undefined
    this.#toldAt = performance.now()
  }
}
