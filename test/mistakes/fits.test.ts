import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mistakes as faults } from '../chaos/mistakes.js'
import { mistakes } from './mistakes.js'
import { type Patch, patched } from './patch.js'

const textOf = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

// Whoever moves code that a mistake is built into hears of it now, and not when all else was run.
describe('a mistake on a list', () => {
  const patches: [string, Patch][] = [
    ...mistakes.map((mistake): [string, Patch] => [mistake.name, mistake]),
    ...faults.flatMap(({ name, patches }) => patches.map((patch): [string, Patch] => [name, patch])),
  ]

  it('fits the sources as they are now, and changes them', () => {
    for (const [name, patch] of patches) {
      const text = textOf(`src/${patch.file}`)
      expect(patched(text, patch), name).not.toBe(text)
    }
  })

  it('has a name of its own, and a test that is there', () => {
    expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length)
    for (const { name, caughtBy } of mistakes) expect(() => textOf(`test/${caughtBy.file}`), name).not.toThrow()
  })
})
