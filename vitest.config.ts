import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const sourceOf = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url))

// Before anything imports them.
execFileSync(process.execPath, [fileURLToPath(new URL('prisma/clients.js', import.meta.url))], { stdio: 'inherit' })

export default defineConfig({
  resolve: {
    alias: [
      { find: /^express-chat$/, replacement: sourceOf('index.ts') },
      { find: /^express-chat\/client$/, replacement: sourceOf('client/index.ts') },
      { find: /^express-chat\/react$/, replacement: sourceOf('react/index.ts') },
      { find: /^express-chat\/s3$/, replacement: sourceOf('storage/s3.ts') },
      { find: /^express-chat\/testing$/, replacement: sourceOf('testing/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Stryker's copies of the tests, while it runs, are no tests of ours.
    exclude: ['test/{package,hosts}/**', 'test/mutation/report/**'],
    globalSetup: 'test/global-setup.ts',
    setupFiles: 'test/setup.ts',
    // Loading the clients of three databases takes longer than most files do: once a worker, not once a file.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})
