import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = fileURLToPath(new URL('src/index.ts', import.meta.url))

// Real servers that are killed and stalled: a minute for each database, and one for the mistakes, one after the other.
execFileSync(process.execPath, [fileURLToPath(new URL('prisma/clients.js', import.meta.url))], { stdio: 'inherit' })

export default defineConfig({
  resolve: { alias: [{ find: /^express-chat$/, replacement: source }] },
  test: {
    include: ['test/chaos/*.chaos.ts'],
    globalSetup: 'test/chaos/global-setup.ts',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
})
