import { defineConfig } from 'vitest/config'

// Tests of the tests: each starts vitest itself, two at a time.
export default defineConfig({
  test: {
    include: ['test/mistakes/*.mistakes.ts'],
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
