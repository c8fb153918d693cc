import { setTimeout as delay } from 'node:timers/promises'
import { changeErasure, dueErasures, type ErasureRow, findErasure } from '../../store/erasures.js'
import { deleteRevocations } from '../../store/revocations.js'
import { isTraceLeft } from '../../store/traces.js'
import { system } from '../actor.js'
import { writeAudit } from '../audit.js'
import type { Context } from '../context.js'
import type { Logger } from '../logger.js'
import type { ErasedMessages } from './erased.js'
import { steps, type UnderWay } from './steps.js'

/** How long a server has for a part before another takes it to be dead: longer than transactions take. */
const leaseMs = 60_000
/** How often where it stands is written: what was done since is found no more. */
const notedMs = 5_000
/** When it is tried again after a failure, as while the store is away. */
const retryMs = 60_000
/** How often it is looked for what another server left. */
const lookMs = 10_000
const mostAtOnce = 20
/** So many are carried out at once, so that one that takes its time does not keep the others from being begun. */
const lanes = 4
const longestError = 500

/** Another server has it by now, or this one ends. */
class Gone extends Error {}

/**
 * Carries out erasures, a little at a time, with a rest after each little. A server that dies leaves one to the next that looks, a
 * minute later. Nothing depends on one server having it: what two do at once is done once.
 */
export class Erasing {
  readonly #running = new Map<string, Promise<ErasureRow | null>>()
  /** What each lane has under way. */
  readonly #lanes: Promise<unknown>[] = Array.from({ length: lanes }, () => Promise.resolve())
  #turns = 0
  #timer: NodeJS.Timeout | undefined
  readonly #end = new AbortController()

  constructor(
    readonly context: Context,
    readonly signOut: UnderWay['signOut'],
    readonly logger: Logger,
  ) {}

  /** Carries one out as far as it can now, and returns where it stands. */
  run(id: string): Promise<ErasureRow | null> {
    const running = this.#running.get(id) ?? this.#inTurn(id)
    this.#running.set(id, running)
    return running
  }

  #inTurn(id: string): Promise<ErasureRow | null> {
    const lane = this.#turns++ % lanes
    const before = this.#lanes[lane] as Promise<unknown>
    const turn = before.then(() => this.#carryOut(id)).finally(() => this.#running.delete(id))
    this.#lanes[lane] = turn.catch(() => undefined)
    return turn
  }

  /** Takes up what nobody has; gives how many were ended. */
  async runDue(): Promise<number> {
    const { work, clock } = this.context
    const now = clock()
    // They hold the id of whoever was signed out, and no other server may be looking at them.
    await work.write((db) => deleteRevocations(db, now))
    const due = await dueErasures(work.db, now, mostAtOnce)
    const ended = await Promise.all(due.map(({ id }) => this.run(id)))
    return ended.filter((row) => row?.finishedAt).length
  }

  /** Begins with one that was written down, without being waited for. */
  begin(id: string): void {
    this.run(id).catch((error) => this.#failed(error))
  }

  /** Returns a function that ends it, once what is under way was put down. */
  start(): () => Promise<void> {
    this.#wait(lookMs * (0.5 + Math.random() / 2))
    return async () => {
      this.#end.abort()
      clearTimeout(this.#timer)
      await Promise.all(this.#lanes)
    }
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.runDue()
        .catch((error) => this.#failed(error))
        .then(() => {
          if (!this.#end.signal.aborted) this.#wait(lookMs)
        })
    }, ms).unref()
  }

  async #carryOut(id: string): Promise<ErasureRow | null> {
    const { work, clock } = this.context
    const found = await findErasure(work.db, id)
    if (!found?.dueAt || found.dueAt > clock() || this.#end.signal.aborted) return found
    const taken = await this.#change(found, { dueAt: this.#inMs(leaseMs) }).catch(unlessGone)
    if (!taken) return findErasure(work.db, id)
    const standing = { row: taken }
    try {
      await this.#stepsOf(standing)
    } catch (error) {
      await this.#putDown(standing.row, error)
    }
    return findErasure(work.db, id)
  }

  /** `standing` is where it stands as it was written last. */
  async #stepsOf(standing: { row: ErasureRow }): Promise<void> {
    let { step, cursor } = standing.row
    let noted = performance.now()
    const { userId, messages, requestedAt } = standing.row
    if (userId === null) return
    const erased = { userId, messages: messages as ErasedMessages }
    const underWay = { context: this.context, erased, requestedAt, signOut: this.signOut }
    while (step < steps.length) {
      const begun = performance.now()
      const next = await steps[step]?.(underWay, cursor)
      if (next === undefined) [step, cursor] = [step + 1, '']
      else cursor = next
      if (this.#end.signal.aborted || next === undefined || performance.now() - noted > notedMs) {
        standing.row = await this.#change(standing.row, { step, cursor, dueAt: this.#inMs(leaseMs) })
        noted = performance.now()
      }
      if (this.#end.signal.aborted) throw new Gone()
      // Whoever else wants the database has at least as long.
      await delay(performance.now() - begun, undefined, { signal: this.#end.signal }).catch(() => undefined)
    }
    await this.#finish(standing.row, erased)
  }

  /** Nothing of them is left, not even here whose data it was; or it begins anew. */
  async #finish(row: ErasureRow, { userId, messages }: UnderWay['erased']): Promise<void> {
    const { work } = this.context
    await work.transaction(async ({ tx, now }) => {
      await tx.chatPresence.deleteMany({ where: { userId } })
      if (await isTraceLeft(tx, userId)) {
        // A transaction that was open as it began has written it.
        await this.#change(row, { step: 0, cursor: '', dueAt: now }, tx)
        return
      }
      const data = { userId: null, cursor: '', dueAt: null, error: null, finishedAt: now }
      await this.#change(row, data, tx)
      await writeAudit(tx, now, system, { action: 'user.erased', details: { erasureId: row.id, messages } })
    })
  }

  async #change(
    row: ErasureRow,
    data: Parameters<typeof changeErasure>[2],
    tx?: Parameters<typeof changeErasure>[0],
  ): Promise<ErasureRow> {
    const { work } = this.context
    const changed = await (tx ? changeErasure(tx, row, data) : work.write((db) => changeErasure(db, row, data)))
    if (!changed) throw new Gone()
    return changed
  }

  /** Says why it does not go on, and leaves it: at once to another server where this one ends. */
  async #putDown(row: ErasureRow, error: unknown): Promise<void> {
    const isEnding = this.#end.signal.aborted
    if (error instanceof Gone && !isEnding) return
    if (!isEnding) this.#failed(error)
    const told = isEnding ? {} : { error: String(error).slice(0, longestError) }
    await this.#change(row, { ...told, dueAt: this.#inMs(isEnding ? 0 : retryMs) }).catch(() => undefined)
  }

  #failed(error: unknown): void {
    if (this.#end.signal.aborted) return
    this.logger.error('express-chat: an erasure does not go on; it is tried again in a minute', error)
  }

  #inMs(ms: number): Date {
    return new Date(this.context.clock().getTime() + ms)
  }
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof Gone)) throw error
}
