/** A piece of a line. */
export type Inline =
  | { kind: 'text' | 'code' | 'mention'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'bold' | 'italic' | 'struck'; parts: Inline[] }

/** How deep emphasis may stand in emphasis; beyond it signs are signs. */
const deepest = 4

/** The ends of names that are links without a scheme; of the short ones only those that are not the ends of files too. */
const domains =
  'com|org|net|edu|gov|mil|int|info|biz|io|dev|app|ai|eu|uk|de|fr|nl|be|ch|at|it|es|pt|se|no|dk|fi|cz|gr|ie|us|ca|mx|br|ar|au|nz|jp|cn|kr|in|za|tv|blog|shop|site|online|tech|cloud|xyz|page|wiki|news'
const path = '(?:[/?#][^\\s<>"]*)?'
const name = '(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.)+'
const unattached = '(?<![\\p{L}\\p{N}@._/-])'

const sources = {
  code: '`(?<code>[^`\\n]+)`',
  url: 'https?://[^\\s<>"]+',
  mail: `${unattached}[\\p{L}\\p{N}._%+-]{1,64}@${name}\\p{L}{2,24}(?![\\p{L}\\p{N}@])`,
  bare: `${unattached}(?:www\\.${name}\\p{L}{2,24}|${name}(?:${domains}))(?::\\d{1,5})?(?![\\p{L}\\p{N}@_-])${path}`,
  // Emphasis begins before a word and ends after one, and what is within a word is a sign, as in snake_case or 2*3*4.
  emphasis:
    '(?<![\\p{L}\\p{N}*_~])(?<sign>\\*\\*|__|~~|\\*|_|~)(?=\\S)(?<inner>[^\\n]*?[^\\s\\n])\\k<sign>(?![\\p{L}\\p{N}*_~])',
}

const kinds = { '*': 'bold', '**': 'bold', _: 'italic', __: 'bold', '~': 'struck', '~~': 'struck' } as const

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** Cuts lines into code, links, emphasis, and the names of those who are mentioned. */
export const inlineOf = (text: string, names: readonly string[]): Inline[] => cut(text, patternOf(names), 0)

function patternOf(names: readonly string[]): RegExp {
  // The longest first, or "@Ann" would be found in "@Anna".
  const people = [...names].sort((one, other) => other.length - one.length).map((each) => `@${escaped(each)}`)
  const mention = people.length > 0 ? [`(?<mention>${people.join('|')})`] : []
  return new RegExp(
    [
      ...mention,
      sources.code,
      `(?<url>${sources.url})`,
      `(?<mail>${sources.mail})`,
      `(?<bare>${sources.bare})`,
      sources.emphasis,
    ].join('|'),
    'gu',
  )
}

function cut(text: string, pattern: RegExp, depth: number): Inline[] {
  const parts: Inline[] = []
  let end = 0
  const add = (part: Inline, from: number, to: number) => {
    if (from > end) parts.push({ kind: 'text', text: text.slice(end, from) })
    parts.push(part)
    end = to
  }
  for (const match of text.matchAll(pattern)) {
    const { code, mention, url, mail, bare, sign, inner } = match.groups ?? {}
    const { index, 0: found } = match
    // A link within what was taken already, where a shorter one ended.
    if (index < end) continue
    if (code !== undefined) add({ kind: 'code', text: code }, index, index + found.length)
    else if (mention !== undefined) add({ kind: 'mention', text: mention }, index, index + found.length)
    else if (mail !== undefined) add({ kind: 'link', text: mail, href: `mailto:${mail}` }, index, index + mail.length)
    else if (url !== undefined || bare !== undefined) {
      const shown = withoutEnd(found)
      add(
        { kind: 'link', text: shown, href: url === undefined ? `https://${shown}` : shown },
        index,
        index + shown.length,
      )
    } else if (
      sign !== undefined &&
      inner !== undefined &&
      depth < deepest &&
      /[^*_~]/.test(inner.replace(/\s/g, ''))
    ) {
      const kind = kinds[sign as keyof typeof kinds]
      add({ kind, parts: cut(inner, pattern, depth + 1) }, index, index + found.length)
    }
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}

/** Punctuation after a link belongs to the sentence, and so does a bracket that the link did not open. */
function withoutEnd(link: string): string {
  const count = (sign: string): number => link.split(sign).length - 1
  const open = { ')': count('('), ']': count('['), '}': count('{') }
  const closed = { ')': count(')'), ']': count(']'), '}': count('}') }
  let end = link.length
  for (; end > 0; end -= 1) {
    const last = link[end - 1] as string
    if (last === ')' || last === ']' || last === '}') {
      if (open[last] >= closed[last]) break
      closed[last] -= 1
    } else if (!/[.,:;!?'*_~]/.test(last)) break
  }
  return link.slice(0, end)
}
