import { setTimeout as pause } from 'node:timers/promises'
import { check } from './check/check.js'
import type { Violation } from './check/violation.js'
import { type Fault, faults, shuffled } from './world/faults.js'
import { World, type WorldOptions } from './world/world.js'

export interface Plan extends WorldOptions {
  /** How long faults go on at least. */
  seconds: number
  /** It goes on until so many messages were acknowledged, people removed, and faults passed, if any can; but not for ever. */
  messages: number
  removals: number
  faults: number
  /** Names of those that it is about; all unless given. */
  only?: string[]
  /** How long each lane rests between two faults: from, to. */
  pauseMs: [number, number]
  /** What people rest between two operations, and between two removals. */
  restMs: number
  visitsMs: number
  /** How long everything may take to come to rest. */
  settleMs: number
}

export interface Numbers {
  database: string
  seed: number
  seconds: number
  acknowledged: number
  stored: number
  faults: Record<string, number>
  reconnects: number
  events: number
  /** Of the time from a message's first attempt to its acknowledgement, in ms. */
  p50: number
  p99: number
  slowest: number
  /** The most that a node held for one reader. */
  queuedBytes: number
  violations: number
}

export interface Outcome {
  numbers: Numbers
  violations: Violation[]
}

/** A run that does not come to its numbers in so many times its time, two minutes at least, has failed. */
const mostTimes = 4
const leastMost = 120

export async function run(plan: Plan): Promise<Outcome> {
  const began = performance.now()
  const world = await World.begin(plan)
  try {
    const able = faults.filter(({ name, on, needsBus }) => {
      return (plan.only?.includes(name) ?? true) && (on?.includes(plan.ground.name) ?? true) && (!needsBus || plan.bus)
    })
    const passed: Record<string, number> = {}
    const living = world.live(plan.restMs, plan.visitsMs)
    const start = performance.now()
    const isOver = () => {
      const seconds = (performance.now() - start) / 1000
      const count = Object.values(passed).reduce((sum, times) => sum + times, 0)
      const { acknowledged, removals } = world.load
      const isBusy = acknowledged >= plan.messages && removals >= plan.removals
      const isEnough = isBusy && (count >= plan.faults || able.length === 0)
      return seconds > Math.max(leastMost, mostTimes * plan.seconds) || (seconds > plan.seconds && isEnough)
    }
    await befall(world, able, isOver, passed, plan.pauseMs)
    world.load.stop()
    await living
    await world.lastWord()
    const final = await world.rest(plan.settleMs)
    const violations = check(world.history, final)
    const { load, devices, history } = world
    const waits = load.waits.toSorted((a, b) => a - b)
    const wait = (share: number) => Math.round(waits[Math.floor(share * (waits.length - 1))] ?? 0)
    const numbers: Numbers = {
      database: plan.ground.name,
      seed: plan.seed,
      seconds: Math.round((performance.now() - began) / 1000),
      acknowledged: load.acknowledged,
      stored: final.messages.filter(({ clientId }) => clientId !== null).length,
      faults: passed,
      reconnects: devices.reduce((sum, { connections }) => sum + connections - 1, 0),
      events: history.devices.reduce((sum, { told }) => sum + told.filter(({ type }) => type === 'event').length, 0),
      p50: wait(0.5),
      p99: wait(0.99),
      slowest: wait(1),
      queuedBytes: history.queuedBytes,
      violations: violations.length,
    }
    return { numbers, violations }
  } finally {
    await world.close()
  }
}

/** Lets faults happen, in two lanes beside each other, until it is over. */
async function befall(
  world: World,
  able: Fault[],
  isOver: () => boolean,
  passed: Record<string, number>,
  [from, to]: [number, number],
): Promise<void> {
  const { random } = world
  const lane = async (all: Fault[]) => {
    if (all.length === 0) return
    for (const { name, run } of shuffled(all, random)) {
      if (isOver()) return
      await run(world)
      passed[name] = (passed[name] ?? 0) + 1
      await pause(from + random() * (to - from))
    }
  }
  const names = new Set(able.map((fault) => fault.lane))
  await Promise.all([...names].map((name) => lane(able.filter((fault) => fault.lane === name))))
  // Without a fault it is the load alone that has to come to its numbers.
  while (!isOver()) await pause(100)
}
