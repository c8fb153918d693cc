import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { DatabaseName } from '../databases/engine.js'
import { run } from './run.js'
import { report, seconds, seed } from './settings.js'
import { buildNode, type Program } from './world/build.js'
import { openBus } from './world/bus.js'
import { Ground } from './world/database.js'
import type { Bus } from './world/world.js'

const names: DatabaseName[] = ['postgresql', 'mysql', 'sqlite']
/** Of each database in the short form; a longer one has more of everything. */
const messages = 1_000
const faults = 16

let program: Program
let bus: Bus | undefined
beforeAll(async () => {
  program = await buildNode()
  bus = await openBus()
})
afterAll(async () => {
  program?.remove()
  await bus?.close()
})

describe.each(names)('three servers on %s, while everything goes wrong', (name) => {
  let ground: Ground
  beforeAll(async () => {
    ground = await Ground.open(name)
  })
  afterAll(() => ground?.close())

  it('lose nothing, double nothing, and keep everything in order', { timeout: 180_000 + seconds * 5_000 }, async () => {
    const { numbers, violations } = await run({
      ...{ ground, bus, program: program.path, subscribes: true, nodes: 3, seed, seconds, messages, faults },
      ...{ removals: 5, pauseMs: [500, 2_000], restMs: 15, visitsMs: 250, settleMs: 60_000, graceMs: 60_000 },
    })
    report(inject('report'), { type: 'run', numbers })
    expect(violations.slice(0, 20), `CHAOS_SEED=${seed}`).toEqual([])
    expect(numbers.acknowledged).toBeGreaterThanOrEqual(messages)
    expect(Object.values(numbers.faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(faults)
  })
})
