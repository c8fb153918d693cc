import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Hosts of every kind that there is, each of which a user talks in, on the packed library. Needs the registry, so CI runs it.
export default defineConfig({
  test: {
    include: ['test/hosts/*.test.ts'],
    globalSetup: 'test/hosts/global-setup.ts',
    maxConcurrency: availableParallelism(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
