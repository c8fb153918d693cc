import { defineConfig, mergeConfig } from 'vitest/config'
import { ordinary } from '../../vitest.config.js'

// The tests that tell within moments whether a function is right: no browser, no other process, no database but SQLite.
const quick = [
  'test/client/**/*.test.ts',
  'test/react/*.test.ts',
  'test/{core,store,realtime}/*.test.ts',
  'test/media/formats/*.test.ts',
  'test/media/{filenames,media-types,text-check}.test.ts',
]
// Many rooms, many messages, many reconnections: what they try, others try in less time.
const slow = ['test/client/{browser,many-rooms,reconnect,returning}.test.ts', 'test/react/hooks.test.ts']
// What Stryker adds to the sources is over every budget.
const foreign = ['test/client/size.test.ts']

const config = mergeConfig(ordinary, defineConfig({ test: { testTimeout: 10_000 } }))
// What is mutated in one folder is tried faster by the tests of that folder alone: `MUTATION_TESTS='test/client/state/**'`.
config.test.include = process.env.MUTATION_TESTS?.split(' ') ?? quick
config.test.exclude = [...(config.test.exclude ?? []), ...slow, ...foreign]
config.test.globalSetup = 'test/mutation/global-setup.ts'
export default config
