/** A piece of a message's text, by how it is shown. */
export interface Part {
  kind: 'text' | 'link' | 'mention' | 'code' | 'block'
  text: string
}

const block = /```\n?([\s\S]+?)\n?```/
const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Cuts a text into pieces: code, links, and the names of those who are mentioned. */
export function partsOf(text: string, names: readonly string[]): Part[] {
  const pieces = text.split(block)
  return pieces.flatMap((piece, n) => (n % 2 === 1 ? [{ kind: 'block' as const, text: piece }] : inline(piece, names)))
}

function inline(text: string, names: readonly string[]): Part[] {
  // The longest first, or "@Ann" would be found in "@Anna".
  const people = [...names].sort((one, other) => other.length - one.length).map((name) => `@${escaped(name)}`)
  const sources = ['`([^`\\n]+)`', 'https?://[^\\s<>"]+[^\\s<>".,:;!?)\\]}\']', ...people]
  const pattern = new RegExp(sources.join('|'), 'gu')
  const parts: Part[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) })
    parts.push(partOf(match[0], match[1]))
    end = match.index + match[0].length
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}

function partOf(found: string, code: string | undefined): Part {
  if (code !== undefined) return { kind: 'code', text: code }
  return { kind: found.startsWith('@') ? 'mention' : 'link', text: found }
}

/** A few emoji and nothing else, which are shown large. */
export const isEmojiOnly = (text: string): boolean => /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text)
