import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { patienceMs } from './test/patience.js'

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Before anything imports them.
execFileSync(process.execPath, [pathOf('prisma/clients.js')], { stdio: 'inherit' })

const entries = {
  'express-chat': 'index.ts',
  'express-chat/client': 'client/index.ts',
  'express-chat/react': 'react/index.ts',
  'express-chat/s3': 'storage/s3.ts',
  'express-chat/testing': 'testing/index.ts',
}
const alias = Object.entries(entries).map(([name, path]) => ({
  find: new RegExp(`^${name}$`),
  replacement: pathOf(`src/${path}`),
}))

/** What runs where no `--project` is named. */
export const ordinary = defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    // Stryker's copies of the tests, while it runs, are no tests of ours.
    exclude: ['test/{package,hosts,spin}/**', 'test/mutation/report/**'],
    globalSetup: 'test/global-setup.ts',
    setupFiles: ['test/setup.ts'],
    // Loading the clients of three databases takes longer than most files do: once a worker, not once a file.
    isolate: false,
    maxWorkers: 2,
    expect: { poll: { timeout: patienceMs, interval: 25 } },
    testTimeout: 3 * patienceMs,
    hookTimeout: 3 * patienceMs,
  },
})

// The hooks once more, on the oldest React that they work with.
const react18 = mergeConfig(
  ordinary,
  defineConfig({
    resolve: { alias: [{ find: /^react(-dom)?(?=\/|$)/, replacement: 'react$118' }] },
    test: { name: 'react18', setupFiles: ['test/react/react18.ts'] },
  }),
)
react18.test.include = ['test/react/*.test.ts']

const others: TestProjectInlineConfiguration[] = [
  react18,
  // Real servers that are killed and stalled: a minute for each database, and one for the mistakes, one after the other.
  {
    resolve: { alias },
    test: {
      name: 'chaos',
      include: ['test/chaos/*.chaos.ts'],
      globalSetup: 'test/chaos/global-setup.ts',
      fileParallelism: false,
      testTimeout: 300_000,
      hookTimeout: 120_000,
    },
  },
  // Tests of the tests: each starts vitest itself, three at a time.
  {
    test: {
      name: 'mistakes',
      include: ['test/mistakes/*.mistakes.ts'],
      maxConcurrency: 3,
      testTimeout: 120_000,
      hookTimeout: 300_000,
    },
  },
  // Every order of steps of a small model: it needs a model checker, so CI runs it.
  { test: { name: 'spin', include: ['test/spin/*.test.ts'], testTimeout: 300_000 } },
  // What a user gets from the registry: packed, installed and compiled against. Minutes rather than seconds, so CI runs it.
  {
    test: {
      name: 'package',
      include: ['test/package/*.test.ts'],
      globalSetup: 'test/package/global-setup.ts',
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  },
  // Hosts of every kind that there is, each of which a user talks in, on the packed library.
  {
    test: {
      name: 'hosts',
      include: ['test/hosts/*.test.ts'],
      globalSetup: 'test/hosts/global-setup.ts',
      // One of them installs more beside what the other runs.
      fileParallelism: false,
      maxConcurrency: availableParallelism(),
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  },
]

const costs = 'test/attacks/*-cost.test.ts'
const projects: TestProjectInlineConfiguration[] = [
  { ...ordinary, test: { ...ordinary.test, name: 'ordinary', exclude: [...(ordinary.test?.exclude ?? []), costs] } },
  // They tell how much CPU a process takes, so each has one of its own: what others left in its memory is collected by it, too.
  { resolve: { alias }, test: { name: 'costs', include: [costs], isolate: true, testTimeout: 20_000 } },
]

const isOther = process.argv.some((argument) => argument.startsWith('--project'))
export default defineConfig({ test: { maxWorkers: 2, projects: isOther ? [...projects, ...others] : projects } })
