import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The pages of the demo: bundled once, served by Express from `/assets`, nothing from elsewhere. */
export default defineConfig({
  root: here('.'),
  base: '/assets/',
  // In an app of yours `express-chat` is in node_modules, and none of this is needed.
  resolve: {
    alias: {
      'express-chat/client': here('../../../src/client/index.ts'),
      'express-chat/react': here('../../../src/react/index.ts'),
    },
  },
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2024',
    assetsDir: '',
    // A Content-Security-Policy without `data:` in it is the stricter one.
    assetsInlineLimit: 0,
    emptyOutDir: true,
    // Whoever has the page has the licenses of what is in it.
    license: { fileName: 'licenses.md' },
    rollupOptions: { input: ['chat', 'sign-in', 'admin'].map((name) => here(`${name}.html`)) },
  },
})
