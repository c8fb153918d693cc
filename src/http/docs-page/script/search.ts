import { all, one } from './dom.js'

/** Shows the entries that have all words that are looked for, in their names or in what is said of them. */
export function prepareSearch(): void {
  const field = one<HTMLInputElement>('#filter')
  const found = one('#found')
  if (!field || !found) return
  const entries = all('details.entry').map((entry) => ({ entry, text: textOf(entry) }))
  const links = new Map(all<HTMLAnchorElement>('nav li a').map((link) => [link.hash.slice(1), link]))
  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean)
    let count = 0
    for (const { entry, text } of entries) {
      const isFound = words.every((word) => text.includes(word))
      entry.hidden = !isFound
      const row = links.get(entry.id)?.parentElement
      if (row) row.hidden = !isFound
      if (isFound) count += 1
    }
    for (const section of all('section[data-group]')) section.hidden = !one('details.entry:not([hidden])', section)
    for (const group of all('nav p.group')) group.hidden = !one('li:not([hidden])', group.nextElementSibling ?? group)
    const nothing = one('#nothing')
    if (nothing) nothing.hidden = count > 0
    found.textContent = words.length === 0 ? '' : `${count}`
  }
  field.addEventListener('input', search)
  prepareKeys(field, search)
  const place = one('.search')
  if (place) place.hidden = false
}

const textOf = (entry: HTMLElement): string =>
  `${entry.id} ${one('summary', entry)?.textContent} ${one('.body > p', entry)?.textContent}`.toLowerCase()

/** `/` looks for something, the arrows go from one entry to the next, Escape ends. */
function prepareKeys(field: HTMLInputElement, search: () => void): void {
  document.addEventListener('keydown', (event) => {
    const at = event.target as HTMLElement
    const isWriting = at.matches('input, textarea, select')
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '/' && !isWriting) {
      event.preventDefault()
      field.focus()
    } else if (at === field && event.key === 'Escape') {
      field.value = ''
      search()
    } else if ((at === field || at.matches('.entry > summary')) && /^Arrow(Down|Up)$/.test(event.key)) {
      event.preventDefault()
      go(at, event.key === 'ArrowDown' ? 1 : -1, field)
    } else if (at === field && event.key === 'Enter') go(at, 1, field)
  })
}

function go(from: HTMLElement, step: 1 | -1, field: HTMLElement): void {
  const stops = [field, ...all('.entry:not([hidden]) > summary')]
  const next = stops[stops.indexOf(from) + step]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
