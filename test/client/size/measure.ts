import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'
import { terserOptions } from '../../../tsup.config.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface Measured {
  /** Bytes of the bundle as it arrives: minified as in the package, and zipped. */
  zipped: number
  /** Bytes that each source file adds to the bundle before it is zipped, minified by esbuild alone. */
  files: Record<string, number>
}

/** Bundles an entry of the package from its sources. */
export async function measure(entry: string): Promise<Measured> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    ...{ bundle: true, format: 'esm', target: 'es2022', minify: true, write: false, metafile: true, outdir: 'dist' },
    // The hooks are a file beside the client.
    external: ['react', ...(entry.startsWith('src/react/') ? ['../client/*'] : [])],
  })
  const [{ text = '' } = {}] = outputFiles
  const { code = '' } = entry.startsWith('src/client/') ? await minify(text, terserOptions) : { code: text }
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  const files = inputs.map(([path, { bytesInOutput }]): [string, number] => [path, bytesInOutput])
  return { zipped: gzipSync(code).length, files: Object.fromEntries(files.filter(([, bytes]) => bytes > 0).sort()) }
}
