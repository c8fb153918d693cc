import { defaultLimits, type LimitOptions } from 'express-chat'

/** The default limits with every rate multiplied: a load test is not a person. */
export function limitsTimes(factor: number): LimitOptions {
  const { rates } = defaultLimits
  const scaled = Object.entries(rates).map(([name, rate]) => [
    name,
    { ...rate, points: Math.ceil(rate.points * factor) },
  ])
  return { rates: Object.fromEntries(scaled) }
}
