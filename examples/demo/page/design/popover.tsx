import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import './popover.css'

const gapPx = 6

interface PopoverProps {
  /** What asked for it: it opens beside that, and focus goes back there. */
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

/** Open while it is mounted. Escape and a click elsewhere close it, which the browser does by itself. */
export function Popover({ anchor, label, role = 'dialog', className = '', onClose, children }: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const popover = ref.current
    if (!popover) return undefined
    popover.showPopover()
    place(popover, anchor)
    const first = popover.querySelector<HTMLElement>('[autofocus], input, button')
    first?.focus({ preventScroll: true })
    return () => {
      const hadFocus = popover.contains(document.activeElement)
      if (popover.matches(':popover-open')) popover.hidePopover()
      if (hadFocus) anchor.focus({ preventScroll: true })
    }
  }, [anchor])
  useEffect(() => {
    const popover = ref.current
    const close = (event: Event) => (event as ToggleEvent).newState === 'closed' && onClose()
    popover?.addEventListener('toggle', close)
    return () => popover?.removeEventListener('toggle', close)
  }, [onClose])
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: each of the roles supports it.
    <div ref={ref} popover="auto" role={role} aria-label={label} className={`popover ${className}`}>
      {children}
    </div>
  )
}
