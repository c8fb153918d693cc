import { expect, it } from 'vitest'
import { checkRetention } from '../../../src/core/retention.js'

const check = (retention: unknown) => () => checkRetention(retention, 'retention')

it('messages are kept for whole days, or for ever, by the type of a room too', () => {
  for (const right of [
    {},
    { days: 1 },
    { days: null, types: {} },
    { days: 36_500, types: { private: null, group: 2 } },
  ]) {
    expect(check(right)).not.toThrow()
  }
})

it.each([
  [{ days: 0 }, 'retention.days is 0; give a whole number of days from 1 to 36500, or null for ever'],
  [{ days: 1.5 }, 'retention.days is 1.5; give a whole'],
  [{ days: 36_501 }, 'retention.days is 36501; give a whole'],
  [{ days: '30' }, 'retention.days is "30"; give a whole'],
  [{ days: Number.NaN }, 'retention.days is NaN; give a whole'],
  [{ types: { group: -1 } }, 'retention.types.group is -1; give a whole'],
  [{ types: { groups: 1 } }, 'there is no option retention.types.groups'],
  [{ day: 1 }, 'there is no option retention.day'],
  [30, 'retention is 30; give { days, types? }'],
])('for %j it says how to mend it', (wrong, told) => {
  expect(check(wrong)).toThrow(told)
})
