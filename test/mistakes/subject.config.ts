import { defineConfig, mergeConfig } from 'vitest/config'
import { ordinary } from '../../vitest.config.js'

// The usual tests; with a mistake built in, one that waits for what never comes need not wait for long.
const timeout = 5_000
const impatient = { expect: { poll: { timeout } }, env: { TEST_PATIENCE_MS: `${timeout}` }, testTimeout: 3 * timeout }
const config = mergeConfig(ordinary, defineConfig({ test: { maxWorkers: 1, ...impatient } }))
config.test.globalSetup = 'test/mistakes/global-setup.ts'
export default config
