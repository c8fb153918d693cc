/** HTML, as opposed to text, which has to be escaped before it is a part of a page. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[] | undefined

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Quotes end an attribute; in a text they are as good as any letter, and JSON is full of them. */
const escaped = (text: string, isInTag: boolean): string =>
  text.replaceAll(isInTag ? /[&<>"']/g : /[&<>]/g, (character) => escapes[character] ?? '')

function textOf(value: Value, isInTag: boolean): string {
  if (value === undefined) return ''
  if (value instanceof Html) return isInTag ? escaped(value.text, true) : value.text
  if (Array.isArray(value)) return value.map((each: Html) => textOf(each, isInTag)).join('')
  return escaped(String(value), isInTag)
}

/** Makes HTML. Whatever is put into it is escaped, unless it was made here. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  let text = ''
  let written = ''
  for (const [n, string] of strings.entries()) {
    written += string
    const isInTag = written.lastIndexOf('<') > written.lastIndexOf('>')
    text += string + (n < values.length ? textOf(values[n], isInTag) : '')
  }
  return new Html(text)
}

/** Turns a sentence of a description into HTML; code is between backticks. */
export const prose = (text: string): Html =>
  new Html(
    text
      .split('`')
      .map((part, n) => (n % 2 === 0 ? html`${part}` : html`<code>${part}</code>`).text)
      .join(''),
  )

/** Puts something between the items of a list. */
export const joined = (items: readonly Html[], between: string): Html =>
  new Html(items.map(({ text }) => text).join(between))
