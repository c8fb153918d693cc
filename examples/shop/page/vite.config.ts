import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  cacheDir: here('../../../node_modules/.cache/express-chat-shop'),
  // In an app of yours `express-chat` is in node_modules, and neither of these two is needed.
  resolve: {
    alias: {
      'express-chat/client': here('../../../src/client/index.ts'),
      'express-chat/react': here('../../../src/react/index.ts'),
    },
  },
  server: { fs: { allow: [here('../../..')] } },
  esbuild: { jsx: 'automatic' },
  build: { target: 'es2024', assetsInlineLimit: 0, emptyOutDir: true },
})
