import { type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react'
import { hasFinePointer, rememberFocus } from './focus.js'
import './popover.css'

const gapPx = 6

/** Tells of the back gesture of phones; not in every browser, nor yet in the types of TypeScript. */
declare class CloseWatcher extends EventTarget {
  destroy(): void
}

interface PopoverProps {
  /** What asked for it: it opens beside that, and closes when that is gone. */
  anchor: HTMLElement
  label: string
  role?: 'menu' | 'dialog' | 'group'
  className?: string
  onClose(): void
  children: ReactNode
}

function place(popover: HTMLElement, anchor: HTMLElement): void {
  const { width, height } = popover.getBoundingClientRect()
  const { top, bottom, left, right } = anchor.getBoundingClientRect()
  const end = document.dir === 'rtl' ? left : right - width
  const x = Math.min(Math.max(gapPx, end), innerWidth - width - gapPx)
  const above = top - height - gapPx
  const below = bottom + gapPx
  const y = below + height < innerHeight - gapPx || above < gapPx ? below : above
  popover.style.left = `${x}px`
  popover.style.top = `${Math.max(gapPx, Math.min(y, innerHeight - height - gapPx))}px`
}

/**
 * Open while it is mounted, one at a time: it closes when the focus leaves it, by Escape, by the back gesture, by a press beside
 * it, and when its anchor goes away. The focus goes back to where it came from.
 *
 * It does not use the browser's own light dismissal, which also closes what the very press opened that is still going on.
 */
export function Popover({ anchor, label, role = 'dialog', className = '', onClose, children }: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null)
  const close = useEffectEvent(onClose)

  useLayoutEffect(() => {
    const popover = ref.current
    if (!popover) return undefined
    const focusBack = rememberFocus(anchor)
    popover.showPopover()
    place(popover, anchor)
    firstOf(popover)?.focus({ preventScroll: true })
    return () => {
      const hadFocus = popover.contains(document.activeElement) || document.activeElement === document.body
      popover.hidePopover()
      if (hadFocus) focusBack()
    }
  }, [anchor])

  useEffect(() => {
    const popover = ref.current
    if (!popover) return undefined
    const follow = () => place(popover, anchor)
    const press = ({ target }: Event) => {
      // The anchor itself opens and closes it.
      const isOutside = !popover.contains(target as Node) && !anchor.contains(target as Node)
      if (isOutside) close()
    }
    const onEscape = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing) return
      event.preventDefault()
      event.stopPropagation()
      close()
    }
    const resized = new ResizeObserver(follow)
    resized.observe(popover)
    // Told when the anchor is scrolled out of sight, hidden or removed.
    const gone = new IntersectionObserver(([entry]) => entry?.isIntersecting === false && close())
    gone.observe(anchor)
    const watcher = 'CloseWatcher' in window ? new CloseWatcher() : null
    watcher?.addEventListener('close', () => close())
    document.addEventListener('pointerdown', press, true)
    document.addEventListener('keydown', onEscape, true)
    document.addEventListener('scroll', follow, true)
    addEventListener('resize', follow)
    return () => {
      resized.disconnect()
      gone.disconnect()
      watcher?.destroy()
      document.removeEventListener('pointerdown', press, true)
      document.removeEventListener('keydown', onEscape, true)
      document.removeEventListener('scroll', follow, true)
      removeEventListener('resize', follow)
    }
  }, [anchor])

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: each of the roles supports it.
    // biome-ignore lint/a11y/noStaticElementInteractions: it has one of these roles.
    <div
      ref={ref}
      popover="manual"
      role={role}
      aria-label={label}
      className={`popover ${className}`}
      onKeyDown={(event) => event.key === 'Tab' && cycle(event, onClose)}
      onBlur={({ relatedTarget, currentTarget }) => {
        // Not while it closes, and StrictMode closes it once to see whether it opens again.
        const isOpen = currentTarget.matches(':popover-open')
        if (isOpen && relatedTarget && !currentTarget.contains(relatedTarget) && relatedTarget !== anchor) onClose()
      }}
    >
      {children}
    </div>
  )
}

/** Where one begins: a menu's first item, or the field of a picker, unless that would bring up a keyboard. */
function firstOf(popover: HTMLElement): HTMLElement | null {
  const wanted = ['[role=menuitem]', ...(hasFinePointer() ? ['input'] : []), '[data-first]', 'button']
  return wanted.map((each) => popover.querySelector<HTMLElement>(each)).find(Boolean) ?? null
}

/** Tab goes around among the stops of a popover, and closes one that has a single one. */
function cycle(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  event.preventDefault()
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button, [tabindex]')]
  const tabbable = stops.filter((stop) => stop.tabIndex >= 0)
  const at = tabbable.findIndex((stop) => stop.contains(document.activeElement))
  if (tabbable.length < 2) onClose()
  else tabbable.at((at + (event.shiftKey ? -1 : 1)) % tabbable.length)?.focus()
}
