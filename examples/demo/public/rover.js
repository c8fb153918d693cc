/**
 * One stop for the Tab key in a long list: arrows move between its items, and only the current item's buttons are in the
 * order of Tab. Otherwise a hundred messages would be five hundred stops.
 */
export function createRover(list, selector) {
  let current = null

  function setStops(item, index) {
    for (const element of [item, ...item.querySelectorAll('[tabindex]')]) element.tabIndex = index
  }

  function moveTo(item) {
    if (current) setStops(current, -1)
    current = item
    setStops(item, 0)
    if (!item.contains(document.activeElement)) item.focus({ preventScroll: true })
  }

  const steps = {
    ArrowUp: (items, at) => items[at - 1],
    ArrowDown: (items, at) => items[at + 1],
    Home: (items) => items[0],
    End: (items) => items.at(-1),
  }

  list.addEventListener('focusin', ({ target }) => {
    const item = target.closest(selector)
    if (item && item !== current) moveTo(item)
  })
  list.addEventListener('keydown', (event) => {
    const step = steps[event.key]
    const items = [...list.querySelectorAll(selector)]
    const next = step?.(items, items.indexOf(current))
    if (!next || !list.contains(document.activeElement)) return
    event.preventDefault()
    moveTo(next)
    next.scrollIntoView({ block: 'nearest' })
  })

  return {
    moveTo,
    /** To be called when items or their buttons were made anew. */
    refresh() {
      if (!current?.isConnected) current = [...list.querySelectorAll(selector)].at(-1) ?? null
      if (current) setStops(current, 0)
    },
  }
}
