/** Makes an element. Its text is never taken for HTML. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

export const all = <Kind extends HTMLElement>(selector: string, within: ParentNode = document): Kind[] => [
  ...within.querySelectorAll<Kind>(selector),
]

export const one = <Kind extends HTMLElement>(selector: string, within: ParentNode = document): Kind | null =>
  within.querySelector<Kind>(selector)

export function button(text: string, onClick: () => void, attributes: Readonly<Record<string, string>> = {}) {
  const made = make('button', { type: 'button', ...attributes }, text)
  made.addEventListener('click', onClick)
  return made
}

/** A row of a form: what it is called, and where it is written. */
export const labelled = (text: string, field: HTMLElement): HTMLElement =>
  make('label', {}, make('span', {}, text), field)
