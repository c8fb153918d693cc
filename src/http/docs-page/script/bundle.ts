import { readFileSync } from 'node:fs'
import { build } from 'esbuild'

const folder = 'src/http/docs-page/script'

/** The script and the style of the page, as a module of the library: a host's bundler takes it as any other. */
export async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}/page.ts`],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
  })
  const script = outputFiles[0]?.text ?? ''
  const style = readFileSync(`${folder}/page.css`, 'utf8')
  return `// Made by \`npm run generate\` of what is in the folder script.

/** The page's script. */
export const script = \`${literal(script)}\`

/** The page's style. */
export const style = \`${literal(style)}\`
`
}

/** As it stands between backticks. */
const literal = (text: string): string => text.replaceAll(/[\\`]|\$\{/g, '\\$&')
