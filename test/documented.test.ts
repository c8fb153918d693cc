import { defaultLimits } from 'express-chat'
import { expect, it } from 'vitest'
import { documentedOf } from './documented.js'

const all = documentedOf(process.cwd())

it('tells in an editor what each member of each public type is', () => {
  // Columns, which docs/tables.md tells of.
  const own = all.filter(({ name }) => !name.startsWith('ChatPrismaClient.'))
  expect(own.filter(({ text }) => text === '').map(({ file, name }) => `${name} (${file})`)).toEqual([])
})

it('says of each limit what it is unless given, as the code has it', () => {
  const limits = all.filter(({ name }) => name.startsWith('Limits.') && name !== 'Limits.rates')
  const said = limits.map(({ name, tags }) => [name, tags.find((tag) => tag.name === 'default')?.text])
  const { rates, ...bounds } = defaultLimits
  const ofRates = Object.entries(rates).map(([name, { points, seconds }]) => [
    `Limits.rates.${name}`,
    `{ points: ${points}, seconds: ${seconds} }`,
  ])
  const ofBounds = Object.entries(bounds).map(([name, value]) => [`Limits.${name}`, `${value}`])
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries([...ofBounds, ...ofRates]))
})
