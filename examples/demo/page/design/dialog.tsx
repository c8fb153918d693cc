import { type KeyboardEvent, type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { hasFinePointer, rememberFocus } from './focus.js'
import { IconButton } from './icon-button.js'
import { enterTop } from './top-dialog.js'
import './dialog.css'

interface DialogProps {
  title: string
  className?: string
  onClose(): void
  children: ReactNode
}

/** Over everything else while it is mounted, with the focus in what has `data-first`, if anything. Escape and a click beside it close it, and focus goes back to where it was. */
export function useModal(onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = ref.current
    const focusBack = rememberFocus()
    dialog?.showModal()
    const leaveTop = dialog && enterTop(dialog)
    if (hasFinePointer()) dialog?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => {
      leaveTop?.()
      dialog?.close()
      if (document.activeElement === document.body) focusBack()
    }
  }, [])
  return {
    ref,
    // The event comes later than `close`: StrictMode may have opened it again.
    onClose: () => ref.current?.open || onClose(),
    onClick: (event: MouseEvent) => event.target === ref.current && ref.current?.close(),
  }
}

export function Dialog({ title, className = '', onClose, children }: DialogProps) {
  const id = useId()
  const modal = useModal(onClose)
  // What it was opened from would take the same key for its own.
  const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && event.stopPropagation()
  return (
    <dialog className={`dialog ${className}`} aria-labelledby={id} onKeyDown={onKeyDown} {...modal}>
      <header>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={() => modal.ref.current?.close()} />
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  )
}
