import { defineConfig } from 'vitest/config'

// What a user gets from the registry: packed, installed and compiled against. Minutes rather than seconds, so CI runs it.
export default defineConfig({
  test: {
    include: ['test/package/*.test.ts'],
    globalSetup: 'test/package/global-setup.ts',
    testTimeout: 120_000,
  },
})
