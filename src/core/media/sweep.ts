import type { Db } from '../../store/client.js'
import { failureOf } from '../../store/failures.js'
import { type MentionCursor, sweepMentions } from '../../store/mentions.js'
import { avatarsAmong, deleteUnused, keptKeys, mediaBefore, type SweptRow } from '../../store/sweep.js'
import type { Context } from '../context.js'
import type { Logger } from '../logger.js'
import type { ChatStorage } from './storage.js'

/** What a sweep found and removed. */
export interface SweepResult {
  /** Media that nothing used for a day. */
  unused: number
  /** Files in the store of which no row speaks. */
  files: number
  /** Rows whose files are gone from the store. */
  rows: number
  /** Uploads that a crash left in the temporary folder of this machine. */
  temporary: number
  /** Mentions that who was mentioned has read, or that more than a thousand newer ones in the same room stand before. */
  mentions: number
  /** Ids of media whose files are gone although a message carries them, or somebody shows them. They stay: a drive that is not mounted looks the same. */
  missing: string[]
}

const hour = 3_600_000
/** How old media has to be before it is removed because nothing uses it. */
const unusedAge = 24 * hour
/** How old a file without a row has to be before it is removed; a live upload has its row much earlier. */
const filesAge = hour
const chunk = 100
/** How many rows a sweep compares with the store; the next sweep continues there. */
const lookups = 500

/** The keys that the library writes. No other file of the store is ever deleted. */
const ownKey = /^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})(-thumbnail)?(\.part)?$/

/** Finds and removes what nothing uses. Live uploads and other servers do not matter: a row is claimed by deleting it, and its files are deleted after. */
export class Sweep {
  #lookedUntil = ''
  #sweeping: Promise<SweepResult> | undefined

  constructor(
    readonly context: Context,
    readonly logger: Logger,
  ) {}

  /** If a sweep is running already, this returns its result. */
  run(): Promise<SweepResult> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  /** Sweeps now and then, without keeping the process alive, and returns a function that ends it. The first sweep comes soon, for processes that do not live long. */
  start(minutes: number): () => void {
    let timer: NodeJS.Timeout
    const wait = (ms: number) => {
      timer = setTimeout(() => {
        this.run().catch((error) => this.logger.error('express-chat: sweeping up failed', error))
        wait(minutes * 60_000)
      }, ms).unref()
    }
    // The servers of a deployment do not all sweep at once.
    wait(Math.min(minutes, 10) * 60_000 * (0.1 + Math.random()))
    return () => clearTimeout(timer)
  }

  async #sweep(): Promise<SweepResult> {
    const { storage } = this.context
    const mentions = await this.#sweepMentions()
    if (!storage) return { unused: 0, files: 0, rows: 0, temporary: 0, mentions, missing: [] }
    const unused = await this.#sweepUnused(storage)
    const files = await this.#sweepFiles(storage)
    const temporary = await this.context.temporary.sweep()
    return { unused, files, temporary, mentions, ...(await this.#sweepRows(storage)) }
  }

  async #sweepMentions(): Promise<number> {
    const { work } = this.context
    let count = 0
    let from: MentionCursor | undefined = { roomId: '', userId: '' }
    while (from) {
      const at: MentionCursor = from
      const { swept, next } = await work.write((db) => sweepMentions({ db, dialect: work.dialect }, at))
      count += swept
      from = next
    }
    return count
  }

  async #sweepUnused(storage: ChatStorage): Promise<number> {
    let count = 0
    const { db } = this.context.work
    for await (const rows of this.#rows(unusedAge, true)) {
      const avatars = await avatarsAmong(
        db,
        rows.map((row) => row.id),
      )
      for (const row of rows) if (!avatars.has(row.id) && (await this.remove(storage, row))) count += 1
    }
    return count
  }

  async *#rows(age: number, unattached: boolean): AsyncGenerator<SweptRow[]> {
    const before = this.#ago(age)
    for (let after = ''; ; ) {
      const rows = await mediaBefore(this.context.work.db, { before, after, take: chunk, unattached })
      if (rows.length > 0) yield rows
      if (rows.length < chunk) return
      after = rows.at(-1)?.id ?? ''
    }
  }

  /** Removes a file that nothing uses: its row, and then its bytes. False where something uses it. */
  async remove(storage: ChatStorage, { id, storageKey, thumbnailKey }: SweptRow): Promise<boolean> {
    const claimed = await this.#claim((tx) => deleteUnused(tx, id))
    if (!claimed) return false
    // If one of these fails, its file has no row any more, and a later sweep finds it.
    await storage.delete(storageKey)
    if (thumbnailKey !== null) await storage.delete(thumbnailKey)
    return true
  }

  async #claim(work: (tx: Db) => Promise<boolean>): Promise<boolean> {
    try {
      return await this.context.work.transaction(({ tx }) => work(tx))
    } catch (error) {
      // A message has just taken it, or the database is busy. The next sweep is early enough.
      if (failureOf(error) === 'foreign' || (error as { code?: unknown }).code === 'unavailable') return false
      throw error
    }
  }

  async #sweepFiles(storage: ChatStorage): Promise<number> {
    let count = 0
    let keys: string[] = []
    const flush = async () => {
      const orphans = await this.#withoutRow(keys)
      for (const key of orphans) await storage.delete(key)
      count += orphans.length
      keys = []
    }
    const before = this.#ago(filesAge)
    for await (const { key, modifiedAt } of storage.list()) {
      if (modifiedAt >= before || !ownKey.test(key)) continue
      keys.push(key)
      if (keys.length === chunk) await flush()
    }
    await flush()
    return count
  }

  async #withoutRow(keys: string[]): Promise<string[]> {
    if (keys.length === 0) return []
    const baseOf = (key: string) => ownKey.exec(key)?.[1] ?? key
    const kept = await keptKeys(this.context.work.db, [...new Set(keys.map(baseOf))])
    return keys.filter((key) => key.endsWith('.part') || !kept.has(baseOf(key)))
  }

  async #sweepRows(storage: ChatStorage): Promise<Pick<SweepResult, 'rows' | 'missing'>> {
    const { db } = this.context.work
    const asked = { before: this.#ago(filesAge), after: this.#lookedUntil, take: lookups, unattached: false }
    const looked = await mediaBefore(db, asked)
    this.#lookedUntil = looked.length < lookups ? '' : (looked.at(-1)?.id ?? '')
    const missing: string[] = []
    let rows = 0
    for (const row of looked) {
      if (await storage.stat(row.storageKey)) continue
      if (await this.remove(storage, row)) rows += 1
      else missing.push(row.id)
    }
    if (missing.length > 0)
      this.logger.warn(`express-chat: the store has lost the files of media ${missing.join(', ')}`)
    return { rows, missing }
  }

  #ago(age: number): Date {
    return new Date(this.context.clock().getTime() - age)
  }
}
