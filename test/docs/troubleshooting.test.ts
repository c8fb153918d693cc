import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { closeCodes } from '../../src/contract/frames.js'
import { problemCodes } from '../../src/contract/problems.js'

const page = readFileSync('docs/troubleshooting.md', 'utf8')

/** An entry: the texts at its beginning, each a line of code, and what is said of them. */
const entries = page
  .split(/^(?=- `|## )/m)
  .filter((part) => part.startsWith('- `'))
  .map((part) => {
    const lines = part.split('\n')
    const quotes = lines
      .map((line) => /^(?:- | {2})(`+) ?(.+?) ?\1(?:,.*)?\\$/.exec(line)?.[2])
      .filter((quote) => quote !== undefined)
    return { part, quotes }
  })
const quotes = entries.flatMap((entry) => entry.quotes)

interface Said {
  /** With … in place of what differs. */
  text: string
  file: string
  /** Whether the page must have it. */
  isTold: boolean
}

/** Where a text that begins in no special way is a cause; what begins so is a mend. */
const causes = ['store/diagnosis.ts', 'core/mount.ts', 'bus/postgres.ts', 'store/driver-version.ts']
/** How the command is called wrongly, which it says itself. */
const isOfCommand = (file: string): boolean => file.startsWith('command/')

const fixed = (text: string): string => text.replace(/^express-chat: /, '').replaceAll(/[…;,:.()"' ]/g, '')

function saidIn(file: string): Said[] {
  const source = ts.createSourceFile(file, readFileSync(`src/${file}`, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Said[] = []
  const look = (node: ts.Node): void => {
    const text = textOf(node)
    if (text !== undefined) found.push({ text, file, isTold: isTold(node, text, file) })
    ts.forEachChild(node, look)
  }
  look(source)
  return found
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')
}

function isTold(node: ts.Node, text: string, file: string): boolean {
  if (fixed(text).length < 12) return false
  if (/^(express-chat: |express-chat runs on |jwtUser: )/.test(text)) return true
  if (causes.includes(file) && text.length > 60 && !/^(give|take|`path` is) /.test(text)) return true
  // The text itself, or the line in which it is what an error says.
  const { parent } = node
  if (!ts.isNewExpression(parent)) return false
  const of = parent.expression.getText()
  const [code] = parent.arguments ?? []
  if (of === 'SetupError' || of === 'CommandError') return parent.arguments?.[0] === node
  return of === 'ChatError' && /unavailable/.test(code?.getText() ?? '')
}

const all = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap(saidIn)

/** A quote is the beginning of a text, or the whole of it. */
const isOf = (quote: string, text: string): boolean => {
  const beginning = quote.replace(/…$/, '')
  return text === quote || (fixed(beginning).length >= 8 && text.startsWith(beginning))
}

const codes = [
  ...problemCodes,
  ...['unreachable', 'disconnected', 'aborted', 'file_lost'],
  ...Object.values(closeCodes).map(String),
]
/** Close codes that are not ours: of a line that was cut, and of `ws`. */
const ofOthers = ['1006', '1009']

describe('docs/troubleshooting.md', () => {
  it('says of each entry how to mend it, under a text or several', () => {
    expect(entries.filter(({ part, quotes }) => quotes.length === 0 || !part.includes('**Mend:**'))).toEqual([])
    expect(entries.length).toBeGreaterThan(120)
    expect(quotes.filter((quote, n) => quotes.indexOf(quote) !== n)).toEqual([])
  })

  it('quotes what the library says, word for word', () => {
    const strange = quotes.filter(
      (quote) => ![...codes, ...ofOthers].includes(quote) && !all.some(({ text }) => isOf(quote, text)),
    )
    expect(strange).toEqual([])
  })

  it('has an entry for each code that a client is answered or closed with', () => {
    expect(codes.filter((code) => !quotes.includes(code))).toEqual([])
  })

  it('has an entry for each text that a host may read at start, in the log, or from the command', () => {
    const told = all.filter((said) => said.isTold)
    const without = told.filter(({ text }) => !quotes.some((quote) => isOf(quote, text)))
    expect(without.map(({ text, file }) => `${file}: ${text}`)).toEqual([])
    expect(told.length).toBeGreaterThan(110)
    expect(new Set(told.filter(({ file }) => isOfCommand(file)).map(({ file }) => file)).size).toBeGreaterThan(6)
  })
})
