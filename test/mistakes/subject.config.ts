import { defineConfig, mergeConfig } from 'vitest/config'
import { ordinary } from '../../vitest.config.js'

// The usual tests; with a mistake built in, one that waits for what never comes need not wait for long.
const config = mergeConfig(ordinary, defineConfig({ test: { maxWorkers: 1, testTimeout: 15_000 } }))
config.test.globalSetup = 'test/mistakes/global-setup.ts'
export default config
