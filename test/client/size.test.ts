import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { type Measured, measure } from './size/measure.js'
import { partOf, parts, zipped } from './size/parts.js'

type Sizes = Measured['files']

// Terser goes over the client five times.
vi.setConfig({ testTimeout: 60_000 })

/** What the files were when the budgets were last thought about. Nothing is held against it: it tells what has grown. */
const path = fileURLToPath(new URL('size/recorded.json', import.meta.url))
const recorded: Record<string, Sizes> = JSON.parse(readFileSync(path, 'utf8'))
const howToGoOn =
  'Make it smaller; or, if it is worth it, raise the budget in test/client/size/parts.ts, and record what the files are now:\n' +
  'RECORD_SIZES=1 npx vitest run test/client/size.test.ts'

it.each([
  ['the client', 'src/client/index.ts'],
  ['the hooks', 'src/react/index.ts'],
])('%s and each of its parts arrive within their budgets', async (_, entry) => {
  const bundle = await measure(entry)
  if (process.env.RECORD_SIZES) {
    recorded[entry] = bundle.files
    writeFileSync(path, `${JSON.stringify(recorded, undefined, 2)}\n`)
  }
  expect(reportOf(entry, bundle, recorded[entry] ?? {})).toBe('')
})

it('what is over its budget is named, with the files that have grown', () => {
  const before = { 'src/react/rooms.ts': 2_000, 'src/react/users.ts': 3_000, 'src/react/media.ts': 900 }
  const now = { ...before, 'src/react/rooms.ts': 2_400, 'src/react/search.ts': 1_500, 'src/react/media.ts': 800 }
  expect(reportOf('src/react/index.ts', { zipped: 3_150, files: now }, before)).toBe(
    [
      'src/react/index.ts: 3150 bytes zipped, 50 more than its budget',
      'the hooks: 7700 bytes, 100 more than its budget',
      '  src/react/search.ts: 1500 bytes, 1500 more than were recorded',
      '  src/react/rooms.ts: 2400 bytes, 400 more than were recorded',
      howToGoOn,
    ].join('\n'),
  )
  expect(reportOf('src/react/index.ts', { zipped: 3_000, files: before }, before)).toBe('')
})

/** What is over a budget, and what of it has grown most; empty where nothing is. */
function reportOf(entry: string, bundle: Measured, before: Sizes): string {
  const sizeOf = ({ name }: { name: string }): number =>
    Object.entries(bundle.files).reduce((sum, [file, bytes]) => sum + (partOf(file)?.name === name ? bytes : 0), 0)
  const tooMuch = bundle.zipped - (zipped[entry] ?? 0)
  const over = parts.map((part) => ({ ...part, size: sizeOf(part) })).filter(({ size, budget }) => size > budget)
  const grown = Object.entries(bundle.files)
    .map(([file, bytes]) => ({ file, bytes, by: bytes - (before[file] ?? 0) }))
    .filter(({ file, by }) => by > 0 && (tooMuch > 0 || over.some(({ name }) => name === partOf(file)?.name)))
    .sort((a, b) => b.by - a.by)
  if (tooMuch <= 0 && over.length === 0) return ''
  return [
    ...(tooMuch > 0 ? [`${entry}: ${bundle.zipped} bytes zipped, ${tooMuch} more than its budget`] : []),
    ...over.map(({ name, size, budget }) => `${name}: ${size} bytes, ${size - budget} more than its budget`),
    ...grown.map(({ file, bytes, by }) => `  ${file}: ${bytes} bytes, ${by} more than were recorded`),
    howToGoOn,
  ].join('\n')
}
