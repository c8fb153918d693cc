import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, relative } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')

/** From each layer to those that it may import, as the page has it. */
const allowed = new Map(
  [...page.matchAll(/^- `?([a-z/]+)`? →(.*)$/gm)].map(([, from = '', to = '']) => [
    from,
    [...to.matchAll(/`([a-z/]+)`/g)].map(([, name]) => name as string),
  ]),
)
const layers = [...allowed.keys()]
const allowedArrows = [...allowed].flatMap(([from, to]) => to.map((name) => `${from} → ${name}`)).sort()

/** The innermost layer on the page that a path in `src` is in. */
function layerOf(path: string): string {
  const folders = dirname(path).split('/')
  const [first = '.'] = folders
  const inner = folders.slice(0, 2).join('/')
  if (first === '.') return 'top'
  return layers.includes(inner) ? inner : first
}

interface Import {
  file: string
  arrow: string
  isOfTypes: boolean
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.ts$/.test(path),
)
const imports = sources.flatMap(importsOf).filter(({ arrow }) => new Set(arrow.split(' → ')).size > 1)

function importsOf(path: string): Import[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, 'src', path), 'utf8'), ts.ScriptTarget.Latest)
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, isOfTypes: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return
    const target = normalize(join(dirname(path), specifier.text))
    // The client that Prisma makes for our own types.
    if (target.startsWith('../prisma/')) return
    found.push({ file: path, arrow: `${layerOf(path)} → ${layerOf(target)}`, isOfTypes })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true)
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

it('has an arrow on its page for each import from one layer to another, and an import for each arrow', () => {
  const wrong = imports.filter(({ arrow }) => !allowedArrows.includes(arrow))
  expect(wrong.map(({ file, arrow }) => `${file}: ${arrow}`)).toEqual([])
  expect([...new Set(imports.map(({ arrow }) => arrow))].sort()).toEqual(allowedArrows)
})

it('names each of its folders on the page', () => {
  expect([...new Set(sources.map(layerOf))].sort()).toEqual([...layers].sort())
  const folders = new Set(sources.map(dirname).filter((folder) => folder !== '.'))
  // What one folder of a layer is split into is told where it is.
  const told = ['core/media/formats', 'core/media/durations']
  const unnamed = [...folders].filter((folder) => !told.includes(folder) && !page.includes(`\`${folder}\``))
  expect(unnamed).toEqual([])
})

it('has no arrows that lead back to where they came from', () => {
  const reached = (from: string): string[] => (allowed.get(from) ?? []).flatMap((to) => [to, ...reached(to)])
  for (const layer of layers) expect(reached(layer), layer).not.toContain(layer)
})

it('brings nothing but types of the contract to a browser', () => {
  const running = imports.filter(({ arrow, isOfTypes }) => /^(client|react).* → contract$/.test(arrow) && !isOfTypes)
  expect(running.map(({ file }) => file)).toEqual([])
})

it('is what the linter allows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'express-chat-arrows-'))
  try {
    const config = JSON.parse(readFileSync(join(root, '.biome.json'), 'utf8'))
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ overrides: config.overrides }))
    for (const from of layers) {
      const file = join(folder, 'src', pathIn(from))
      mkdirSync(dirname(file), { recursive: true })
      // Line by line as in `layers`.
      writeFileSync(file, layers.map((to, n) => `export { a${n} } from '${specifierOf(from, to)}'\n`).join(''))
    }
    const refused = refusedIn(folder)
    const arrows = layers.flatMap((from) =>
      layers.filter((to, n) => from !== to && !refused.has(`${pathIn(from)}:${n + 1}`)).map((to) => `${from} → ${to}`),
    )
    expect(arrows.sort()).toEqual(allowedArrows)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** A file of the layer that others may import where they may import the layer. */
function pathIn(layer: string): string {
  if (layer === 'top') return 'create-chat-router.ts'
  return layer === 'client' ? 'client/index.ts' : `${layer}/some.ts`
}

function specifierOf(from: string, to: string): string {
  const path = relative(dirname(pathIn(from)), pathIn(to)).replace('.ts', '.js')
  return path.startsWith('.') ? path : `./${path}`
}

/** The imports that the linter refuses, as `file:line`. */
function refusedIn(folder: string): Set<string> {
  const binary = join(root, 'node_modules/.bin/biome')
  const asked = ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', '.']
  let output = ''
  try {
    output = execFileSync(binary, asked, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    output = (error as { stdout: string }).stdout
  }
  return new Set(
    [...output.matchAll(/file=[^,]*\bsrc\/([^,]+),line=(\d+)/g)].map(([, file, line]) => `${file}:${line}`),
  )
}
