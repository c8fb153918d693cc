import { defineConfig, mergeConfig } from 'vitest/config'
import everything from './vitest.config.js'

// The hooks once more, on the oldest React that they work with.
const config = mergeConfig(
  everything,
  defineConfig({
    resolve: { alias: [{ find: /^react(-dom)?(?=\/|$)/, replacement: 'react$118' }] },
    test: { setupFiles: ['test/react/react18.ts'] },
  }),
)
config.test.include = ['test/react/*.test.ts']
export default config
