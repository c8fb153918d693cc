import { type Inline, inlineOf } from './inline-parts.js'

/** A piece of a message, by how it is shown. */
export type Block =
  | { kind: 'text'; parts: Inline[] }
  | { kind: 'quote'; parts: Inline[] }
  | { kind: 'list'; start: number | null; items: Inline[][] }
  | { kind: 'code'; text: string }

const fence = /^```[^\n`]*\n([\s\S]*?)\n?```[ \t]*$|```([^\n`](?:[^`]|`(?!``))*?)```/m
const bullet = /^ {0,3}[-*•] +(\S.*)$/
const numbered = /^ {0,3}(\d{1,6})[.)] +(\S.*)$/
const quoted = /^> ?(.*)$/

/**
 * Cuts a text into blocks, as people type them: code between fences, lists, quotes, and the lines of everything else. What it
 * gives are plain strings, so that nothing that somebody writes becomes a part of the page.
 */
export function blocksOf(text: string, names: readonly string[]): Block[] {
  const blocks: Block[] = []
  for (let rest = text; rest !== ''; ) {
    const match = fence.exec(rest)
    const before = match ? rest.slice(0, match.index) : rest
    blocks.push(...linesOf(before, names))
    if (!match) break
    blocks.push({ kind: 'code', text: match[1] ?? match[2] ?? '' })
    rest = rest.slice(match.index + match[0].length)
  }
  return blocks
}

/** What a line is, beside the text in it. */
function lineOf(line: string): { kind: 'text' | 'quote' | 'bullets' | 'numbers'; text: string; number: number | null } {
  const [item, count, quote] = [bullet.exec(line), numbered.exec(line), quoted.exec(line)]
  if (item) return { kind: 'bullets', text: item[1] ?? '', number: null }
  if (count) return { kind: 'numbers', text: count[2] ?? '', number: Number(count[1]) }
  if (quote) return { kind: 'quote', text: quote[1] ?? '', number: null }
  return { kind: 'text', text: line, number: null }
}

function linesOf(text: string, names: readonly string[]): Block[] {
  const blocks: Block[] = []
  let group: ReturnType<typeof lineOf>[] = []
  const close = () => {
    const [first] = group
    if (!first) return
    const texts = group.map((line) => line.text)
    const isList = first.kind === 'bullets' || first.kind === 'numbers'
    const whole = texts.join('\n').replace(/^\n+|\n+$/g, '')
    if (isList) blocks.push({ kind: 'list', start: first.number, items: texts.map((each) => inlineOf(each, names)) })
    else if (whole !== '')
      blocks.push({ kind: first.kind === 'quote' ? 'quote' : 'text', parts: inlineOf(whole, names) })
    group = []
  }
  for (const line of text.split('\n').map(lineOf)) {
    if (group[0] && group[0].kind !== line.kind) close()
    group.push(line)
  }
  close()
  return blocks
}

/** A few emoji and nothing else, which are shown large. */
export const isEmojiOnly = (text: string): boolean => /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text)
