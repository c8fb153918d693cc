import { defineConfig, mergeConfig } from 'vitest/config'
import everything from '../../vitest.config.js'

// The usual tests; with a mistake built in, one that waits for what never comes need not wait for long.
const config = mergeConfig(everything, defineConfig({ test: { maxWorkers: 1, testTimeout: 15_000 } }))
config.test.globalSetup = 'test/mistakes/global-setup.ts'
export default config
