import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'
import { defineConfig } from 'tsup'
import { buildPage } from './examples/demo/page.js'

// tsup hands TypeScript an option that TypeScript 6 deprecates.
const compilerOptions = { ignoreDeprecations: '6.0' }

// One line for each entry of `exports` in package.json.
const browser = {
  client: 'src/client/index.ts',
  react: 'src/react/index.ts',
}

export const terserOptions = {
  ...{ module: true, ecma: 2020 as const },
  compress: { passes: 5, unsafe_arrows: true, hoist_funs: true, inline: 1 as const, lhs_constants: false },
}

const server = { index: 'src/index.ts', s3: 'src/storage/s3.ts', testing: 'src/testing/index.ts' }

/** What both builds for Node have in common. */
const node = { entry: server, platform: 'node' as const, target: 'node20', sourcemap: true }

/** Writes the licenses of the packages that became a part of our files: each has to be where its code is. */
const licensesOfBundled: Plugin = {
  name: 'licenses of what is bundled',
  setup(build) {
    build.initialOptions.metafile = true
    build.onEnd(({ metafile }) => {
      const outputs = Object.values(metafile?.outputs ?? {})
      const files = outputs.flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path]?.bytesInOutput))
      const folders = files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
      const texts = [...new Set(folders)].sort().map((folder) => {
        const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
        if (!name) throw new Error(`${folder} has no license to ship with its code`)
        const { name: of } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
        return `${of}\n\n${readFileSync(`${folder}/${name}`, 'utf8').trim()}\n`
      })
      writeFileSync('dist/THIRD-PARTY-LICENSES.txt', texts.join(`\n${'-'.repeat(80)}\n\n`))
    })
  },
}

/** The demo imports this package as an app does, although `paths` of tsconfig.json says where its sources are. */
const packageAsInstalled: Plugin = {
  name: 'this package as it is installed',
  setup({ onResolve }) {
    onResolve({ filter: /^express-chat(\/|$)/ }, ({ path }) => ({ path, external: true }))
  },
}

export default defineConfig([
  { ...node, format: ['esm'], clean: true },
  {
    ...node,
    format: ['cjs'],
    // There are only ES modules of it, which Jest cannot `require`: it becomes a part of our file.
    noExternal: ['file-type'],
    esbuildOptions(options) {
      // `require` of whatever can be required: Jest has no `import()` without a flag.
      options.supported = { ...options.supported, 'dynamic-import': false }
      options.define = { ...options.define, 'import.meta.url': 'undefined' }
    },
    esbuildPlugins: [licensesOfBundled],
  },
  // The command: one file, which nothing imports.
  { ...node, entry: { command: 'src/command/index.ts' }, format: ['esm'], splitting: false, sourcemap: false },
  // What it runs as the demo: the server in one file, the page, and the pictures that people have sent in it.
  {
    ...node,
    entry: { 'demo/server': 'examples/demo/server.ts' },
    ...{ format: ['esm'], splitting: false, sourcemap: false, skipNodeModulesBundle: true },
    // It is one server with SQLite.
    external: [/\/postgresql\/generated\//],
    esbuildPlugins: [packageAsInstalled],
    async onSuccess() {
      cpSync(await buildPage('production'), 'dist/demo/page', { recursive: true })
      cpSync('examples/demo/pictures', 'dist/demo/pictures', { recursive: true })
    },
  },
  ...Object.entries(browser).map(([name, path]) => ({
    entry: { [name]: path },
    format: ['esm' as const, 'cjs' as const],
    platform: 'neutral' as const,
    target: 'es2022',
    // What terser makes of the client zips better than what esbuild does; but terser drops the directive.
    minify: name === 'client' ? ('terser' as const) : true,
    terserOptions,
    esbuildOptions: (options: { minifySyntax?: boolean }) => {
      options.minifySyntax = true
    },
    sourcemap: true,
    ...(name === 'react' && { banner: { js: "'use client'" } }),
  })),
  // Together what has types in common, so that a client is the same type to both.
  ...(process.argv.includes('--no-dts') ? [] : [server, browser]).map((entry) => ({
    entry,
    format: ['esm' as const, 'cjs' as const],
    dts: { only: true, compilerOptions },
  })),
])
