import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Patch, patched } from '../../mistakes/patch.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface Program {
  /** What `node` runs. */
  path: string
  remove(): void
}

/** Bundles the node once, so that one that is killed is back in a moment. With patches, from a copy of `src` that has them. */
export async function buildNode(patches: Patch[] = []): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'express-chat-chaos-node-'))
  const source = join(folder, 'src')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  // At its own depth, so that its imports of types from elsewhere in the repository need not be found.
  cpSync(join(root, 'src'), source, { recursive: true })
  for (const patch of patches) {
    const path = join(source, patch.file)
    writeFileSync(path, patched(readFileSync(path, 'utf8'), patch))
  }
  await build({
    entryPoints: [fileURLToPath(new URL('node.ts', import.meta.url))],
    outdir: join(folder, 'out'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    // Native modules are not bundled; what asks for them, and old packages, calls `require`.
    external: ['sharp', '@libsql/*', 'libsql', '@aws-sdk/*', 'ioredis'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    alias: { 'express-chat': join(source, 'index.ts') },
    logLevel: 'warning',
  })
  return {
    path: join(folder, 'out', 'node.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
