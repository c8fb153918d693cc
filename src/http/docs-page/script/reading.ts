import { all, button, make, one } from './dom.js'
import { showSend } from './socket-console.js'
import { showTryIt } from './try-it.js'

/** Puts the reader's own site into the examples, and a button that copies on each. */
export function prepareCode(): void {
  for (const figure of all('figure.code')) {
    const shown = one('code', figure)
    if (!shown) continue
    if (figure.dataset.language === 'sh')
      shown.textContent = (shown.textContent ?? '').replace('https://example.com', location.origin)
    const copy = button('Copy', () => void copyFrom(shown, copy), { class: 'copy' })
    one('figcaption', figure)?.append(copy)
  }
}

async function copyFrom(shown: HTMLElement, copy: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(shown.textContent ?? '')
    copy.textContent = 'Copied'
  } catch {
    // Not over plain HTTP: then it is selected, for the keys that copy.
    getSelection()?.selectAllChildren(shown)
    copy.textContent = 'Selected'
  }
  setTimeout(() => {
    copy.textContent = 'Copy'
  }, 2_000)
}

/** An entry gets its forms when it is unfolded for the first time, and its address then leads to it. */
export function prepareEntries(): void {
  for (const entry of all<HTMLDetailsElement>('details.entry')) {
    entry.addEventListener('toggle', () => {
      if (!entry.open || entry.dataset.isReady) return
      entry.dataset.isReady = 'true'
      for (const place of all('.try', entry)) showTryIt(place)
      for (const place of all('.send', entry)) showSend(place)
      const link = make('a', { class: 'permalink', href: `#${entry.id}`, 'aria-label': `Link to ${entry.id}` }, '#')
      one('.body', entry)?.prepend(link)
    })
  }
  addEventListener('hashchange', showTarget)
  showTarget()
}

/** Unfolds what the address names. */
function showTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target) return
  if (target instanceof HTMLDetailsElement) target.open = true
  target.scrollIntoView()
  one('summary', target)?.focus({ preventScroll: true })
}

/** The name of an object, where it stands among fields, unfolds the object there, and folds it again. */
export function prepareReferences(): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>('a.ref')
    const holder = link?.closest('li')
    if (!link || !holder || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const name = link.hash.slice(1)
    const shown = all('.inside', holder).find((each) => each.dataset.name === name)
    if (shown) {
      shown.remove()
      link.setAttribute('aria-expanded', 'false')
      return
    }
    const fields =
      document.getElementById(name)?.querySelectorAll(':scope > .body > ul.fields, :scope > .body > p.type') ?? []
    const inside = make(
      'div',
      { class: 'inside', 'data-name': name },
      ...[...fields].map((each) => each.cloneNode(true)),
    )
    holder.append(inside)
    link.setAttribute('aria-expanded', 'true')
  })
}
