const svgNamespace = 'http://www.w3.org/2000/svg'

/**
 * Makes an element. Strings among the children become text nodes, never markup: nothing that people write is parsed as HTML.
 * Attributes that are false, null or undefined are left out; `onclick` and the like are listeners.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false && value != null) element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child != null && child !== false))
  return element
}

export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg')
  const use = document.createElementNS(svgNamespace, 'use')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  use.setAttribute('href', `/assets/icons.svg#${name}`)
  svg.append(use)
  return svg
}

export const byId = (id) => document.getElementById(id)

/** Sets text only when it differs, so that a live region stays silent about what did not change. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

const nodesOf = new WeakMap()

/** Makes the children of `parent` show `items`, keeping the node of every key that stays: focus, scrolling and live regions depend on it. */
export function reconcile(parent, items, { key, create, update }) {
  const before = nodesOf.get(parent) ?? new Map()
  const after = new Map()
  for (const item of items) after.set(key(item), before.get(key(item)) ?? create(item))
  for (const [name, node] of before) if (!after.has(name)) node.remove()

  const focused = document.activeElement
  let next = parent.firstChild
  for (const item of items) {
    const node = after.get(key(item))
    update(node, item)
    if (node === next) next = next.nextSibling
    else parent.insertBefore(node, next)
  }
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true })
  nodesOf.set(parent, after)
}
