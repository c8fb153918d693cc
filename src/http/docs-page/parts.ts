import { type Html, html } from './html.js'

/** Code that can be copied; `title` says what it is, and `language` which. */
export const code = (title: string, language: string, text: string): Html =>
  html`<figure class="code" data-language="${language}"><figcaption>${title}</figcaption><pre tabindex="0"><code>${text}</code></pre></figure>`

/** An example of a schema, as JSON. */
export const jsonExample = (title: string, value: unknown): Html => code(title, 'json', JSON.stringify(value, null, 2))

/** A part that can be folded, with a heading that leads to it. */
export const entry = (id: string, kind: string, heading: Html, body: Html): Html =>
  html`<details class="entry" id="${id}" data-kind="${kind}"><summary><h3>${heading}</h3></summary><div class="body">${body}</div></details>
`
