import { describe, expect, inject, it } from 'vitest'
import { run } from './run.js'

const compiled = await run(inject('consumer'), 'npx', 'tsc', '--pretty', 'false')
const errors = compiled.output.split(/\n(?! )/).filter((error) => error.includes('error TS'))

it('compiles in ES modules and CommonJS, with every kind of Prisma client, and all declarations checked', () => {
  expect(errors.filter((error) => !error.startsWith('refused/'))).toEqual([])
})

describe('the compiler refuses a Prisma client', () => {
  it.each([
    ['without one of the models', 'model-missing', "Property 'chatMessage' is missing"],
    ['that lacks a column', 'column-missing', "Property 'revision' is missing"],
    ['with a column of another type', 'column-of-another-type', `'"String"' is not assignable to type '"Int"'`],
  ])('%s, and says which', (_, file, message) => {
    expect(errors.filter((error) => error.startsWith(`refused/${file}.ts`))).toEqual([expect.stringContaining(message)])
  })
})
