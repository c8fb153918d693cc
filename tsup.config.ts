import { defineConfig } from 'tsup'

export default defineConfig({
  // One line for each entry of `exports` in package.json.
  entry: {
    index: 'src/index.ts',
    s3: 'src/storage/s3.ts',
    testing: 'src/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  // tsup hands TypeScript an option that TypeScript 6 deprecates.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  sourcemap: true,
  clean: true,
})
