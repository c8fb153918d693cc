import { defineConfig } from 'tsup'

// tsup hands TypeScript an option that TypeScript 6 deprecates.
const compilerOptions = { ignoreDeprecations: '6.0' }

// One line for each entry of `exports` in package.json.
const browser = {
  client: 'src/client/index.ts',
  react: 'src/react/index.ts',
}

export default defineConfig([
  {
    entry: {
      index: 'src/index.ts',
      s3: 'src/storage/s3.ts',
      testing: 'src/testing/index.ts',
    },
    format: ['esm', 'cjs'],
    platform: 'node',
    target: 'node20',
    dts: { compilerOptions },
    sourcemap: true,
    clean: true,
  },
  ...Object.entries(browser).map(([name, path]) => ({
    entry: { [name]: path },
    format: ['esm' as const, 'cjs' as const],
    platform: 'neutral' as const,
    target: 'es2022',
    // What terser makes of the client zips better than what esbuild does; but terser drops the directive.
    minify: name === 'client' ? ('terser' as const) : true,
    terserOptions: {
      ...{ module: true, ecma: 2020 as const },
      compress: { passes: 5, unsafe_arrows: true, hoist_funs: true, inline: 1, lhs_constants: false },
    },
    esbuildOptions: (options: { minifySyntax?: boolean }) => {
      options.minifySyntax = true
    },
    sourcemap: true,
    ...(name === 'react' && { banner: { js: "'use client'" } }),
  })),
  // Together, so that a client is the same type to both.
  { entry: browser, format: ['esm', 'cjs'], dts: { only: true, compilerOptions } },
])
