import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { mistakes } from './mistakes.js'
import { run } from './run.js'
import { report, seed } from './settings.js'
import { buildNode } from './world/build.js'
import { openBus } from './world/bus.js'
import { Ground } from './world/database.js'
import type { Bus } from './world/world.js'

let ground: Ground
let bus: Bus | undefined
beforeAll(async () => {
  ground = await Ground.open('postgresql')
  bus = await openBus()
})
afterAll(async () => {
  await ground?.close()
  await bus?.close()
})

// A run that never finds anything proves nothing: each of these mistakes must turn it red.
describe('the chaos run, with a mistake built in:', () => {
  it.each(mistakes.map((mistake) => [mistake.name, mistake] as const))('%s', async (name, mistake) => {
    const { patches, sql = [], provokedBy, withoutBus, caughtAs } = mistake
    const program = await buildNode(patches)
    try {
      const { numbers, violations } = await run({
        ...{ ground, bus: withoutBus ? undefined : bus, program: program.path, nodes: 2, seed, sql, only: provokedBy },
        ...{
          seconds: 4,
          messages: 150,
          faults: 1,
          removals: 5,
          pauseMs: [300, 1_000],
          restMs: 15,
          visitsMs: 50,
          settleMs: 3_000,
          graceMs: 3_000,
        },
      })
      const rules = violations.map(({ rule }) => rule)
      const count = rules.filter((rule) => rule === caughtAs).length
      report(inject('report'), {
        type: 'mistake',
        name,
        caughtAs: count > 0 ? caughtAs : 'MISSED',
        count,
        acknowledged: numbers.acknowledged,
      })
      expect(rules, `CHAOS_SEED=${seed}`).toContain(caughtAs)
    } finally {
      program.remove()
    }
  })
})
