import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react'

const typingPauseMs = 700

interface RovingOptions {
  /** Which elements are the items; each is rendered with `tabIndex={-1}`, and one of them becomes the tab stop. */
  items: string
  /** `vertical` unless given; a number is that of the columns of a grid. */
  layout?: 'vertical' | 'horizontal' | number
  /** After the last item comes the first one. */
  wraps?: boolean
  /** Letters go to the next item that begins with them: with its `data-name`, or else its text. */
  typeAhead?: boolean
  /** The field by which the list is searched: the arrow up goes back there from the first item. See `enterList`. */
  above?: RefObject<HTMLElement | null>
}

/**
 * Makes a list, menu or grid one stop of the Tab key, in which the arrows, Home and End move, as the ARIA Authoring Practices
 * have it. Give the result to the element around the items.
 */
export function useRoving<T extends HTMLElement>(options: RovingOptions) {
  const { items, layout, wraps = false, typeAhead = false, above } = options
  const ref = useRef<T>(null)
  const stop = useRef<Element>(null)
  const typed = useRef({ text: '', at: 0 })

  const all = () => [...(ref.current?.querySelectorAll<HTMLElement>(items) ?? [])]
  const setStop = (list: readonly HTMLElement[], to: Element | undefined) => {
    stop.current = to ?? null
    for (const item of list) item.tabIndex = item === to ? 0 : -1
  }
  useLayoutEffect(() => {
    const list = all()
    const isThere = list.some((item) => item === stop.current)
    setStop(list, (isThere && stop.current) || (list.find((item) => item.ariaCurrent) ?? list[0]))
  })

  const search = (list: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined => {
    const now = performance.now()
    const before = now - typed.current.at < typingPauseMs ? typed.current.text : ''
    typed.current = { text: before + key.toLowerCase(), at: now }
    const { text } = typed.current
    const letter = [...text].every((each) => each === text[0]) ? text.slice(0, 1) : text
    // One letter again and again goes from one item that begins with it to the next.
    const first = letter.length > 1 ? at : at + 1
    return [...list.slice(first), ...list.slice(0, first)].find((item) => nameOf(item).startsWith(letter))
  }

  return {
    ref,
    onFocus({ target }: { target: EventTarget }) {
      const list = all()
      const item = list.find((each) => each === target)
      if (item) setStop(list, item)
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return
      const list = all()
      const at = list.indexOf(document.activeElement as HTMLElement)
      if (at < 0) return
      const step = stepOf(event.key, layout ?? 'vertical')
      const isLetter = typeAhead && event.key.length === 1 && event.key !== ' ' && event.key !== '?'
      // Whoever goes elsewhere by other keys begins anew.
      if (!isLetter) typed.current = { text: '', at: 0 }
      const next = isLetter
        ? search(list, at, event.key)
        : step === undefined
          ? endOf(event.key, list)
          : (list[at + step] ?? (wraps ? list.at((at + step) % list.length) : step < 0 ? above?.current : undefined))
      if (!isLetter && step === undefined && !next) return
      // What leads nowhere must not scroll either, but whoever is around may know where it leads.
      if (next || isLetter) event.preventDefault()
      next?.focus()
    },
  }
}

/** The arrow down goes from the field above a list to its first item. */
export function enterList(event: KeyboardEvent<HTMLElement>, list: RefObject<HTMLElement | null>): void {
  if (event.key !== 'ArrowDown' || event.defaultPrevented) return
  event.preventDefault()
  list.current?.querySelector<HTMLElement>('[tabindex]')?.focus()
}

const isField = (target: EventTarget): boolean => target instanceof Element && target.matches('input, textarea, select')

const nameOf = (item: HTMLElement): string => (item.dataset.name ?? item.textContent ?? '').trim().toLowerCase()

const endOf = (key: string, list: readonly HTMLElement[]): HTMLElement | undefined =>
  key === 'Home' ? list[0] : key === 'End' ? list.at(-1) : undefined

function stepOf(key: string, layout: 'vertical' | 'horizontal' | number): number | undefined {
  const down = typeof layout === 'number' ? layout : 1
  const forward = document.dir === 'rtl' ? -1 : 1
  if (layout !== 'horizontal' && key === 'ArrowDown') return down
  if (layout !== 'horizontal' && key === 'ArrowUp') return -down
  if (layout !== 'vertical' && key === 'ArrowRight') return forward
  if (layout !== 'vertical' && key === 'ArrowLeft') return -forward
  return undefined
}
