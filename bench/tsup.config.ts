import { defineConfig } from 'tsup'

// The benchmark as plain JavaScript, beside the package as it is built: no loader takes part in what is measured.
export default defineConfig({
  entry: ['bench/run.ts', 'bench/load/load.ts', 'bench/servers/*.ts', '!bench/servers/{clients,serve}.ts'],
  outDir: 'bench/dist',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
  splitting: true,
  // Without the paths that lead to the sources: the package as others get it.
  tsconfig: 'bench/tsconfig.json',
  external: ['express-chat'],
  skipNodeModulesBundle: true,
  silent: true,
})
