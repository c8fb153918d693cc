import { type ReactNode, useEffect, useRef } from 'react'
import { rememberFocus } from '../design/focus.js'
import { IconButton } from '../design/icon-button.js'
import './panel.css'

interface PanelProps {
  title: string
  className?: string
  onClose(): void
  children: ReactNode
}

/** What stands beside a conversation, and over it where there is no room. Escape closes it. */
export function SidePanel({ title, className = '', onClose, children }: PanelProps) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    const focusBack = rememberFocus()
    const first = ref.current?.querySelector<HTMLElement>('input[type=search]') ?? ref.current?.querySelector('button')
    first?.focus()
    return focusBack
  }, [])
  return (
    <section
      ref={ref}
      className={`panel ${className}`}
      aria-label={title}
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onClose()}
    >
      <header>
        <h2>{title}</h2>
        <IconButton icon="close" label={`Close ${title.toLowerCase()}`} onClick={onClose} />
      </header>
      <div className="panel-body">{children}</div>
    </section>
  )
}
