import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { createPortal } from 'react-dom'
import { Dialog } from './dialog.js'
import { explain } from './explain.js'
import { IconButton } from './icon-button.js'
import { useTopDialog } from './top-dialog.js'
import './overlays.css'

const lifetimeMs = 7000

interface Question {
  title: string
  question: string
  /** What the button says that does it. */
  action: string
  /** It takes nothing away. */
  isHarmless?: boolean
}

export interface Overlays {
  /** Says something in a corner for a while. */
  toast(text: string): void
  /** Runs what a click asked for, and says why it failed if it does. Resolves with whether it was done. */
  attempt(work: () => unknown): Promise<boolean>
  /** Asks before something that should not happen by accident. */
  confirm(question: Question): Promise<boolean>
}

const OverlaysContext = createContext<Overlays | null>(null)

export function useOverlays(): Overlays {
  const overlays = useContext(OverlaysContext)
  if (!overlays) throw new Error('useOverlays needs <OverlaysProvider> above it')
  return overlays
}

export function OverlaysProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<{ id: number; text: string }[]>([])
  const [asked, setAsked] = useState<(Question & { answer(yes: boolean): void }) | null>(null)
  const lastId = useRef(0)

  const dismiss = useCallback((id: number) => setToasts((all) => all.filter((each) => each.id !== id)), [])
  const overlays = useMemo<Overlays>(() => {
    const toast = (text: string) => {
      lastId.current += 1
      const id = lastId.current
      setToasts((all) => [...all, { id, text }])
      setTimeout(() => dismiss(id), lifetimeMs)
    }
    return {
      toast,
      async attempt(work) {
        try {
          await work()
          return true
        } catch (error) {
          toast(explain(error))
          return false
        }
      },
      confirm: (question) => new Promise((answer) => setAsked({ ...question, answer })),
    }
  }, [dismiss])

  const answer = (yes: boolean) => {
    asked?.answer(yes)
    setAsked(null)
  }
  return (
    <OverlaysContext.Provider value={overlays}>
      {children}
      {asked && (
        <Dialog title={asked.title} className="confirm" onClose={() => answer(false)}>
          <p>{asked.question}</p>
          <div className="actions">
            <button type="button" className="button" onClick={() => answer(false)}>
              Cancel
            </button>
            <button
              type="button"
              className={`button ${asked.isHarmless ? 'primary' : 'danger'}`}
              onClick={() => answer(true)}
            >
              {asked.action}
            </button>
          </div>
        </Dialog>
      )}
      <Toasts toasts={toasts} onDismiss={dismiss} />
    </OverlaysContext.Provider>
  )
}

/** In the top layer, or an open dialog would hide what went wrong in it; and in that dialog, or nobody could click there. */
function Toasts({ toasts, onDismiss }: { toasts: { id: number; text: string }[]; onDismiss(id: number): void }) {
  const ref = useRef<HTMLDivElement>(null)
  const top = useTopDialog()
  // biome-ignore lint/correctness/useExhaustiveDependencies: in another dialog it is to be shown again
  useLayoutEffect(() => {
    ref.current?.hidePopover()
    // A dialog that has just closed took it along: it comes back in the next one, or in the page.
    if (toasts.length > 0 && ref.current?.isConnected) ref.current.showPopover()
  }, [toasts, top])
  return createPortal(
    <div ref={ref} className="toasts" popover="manual" role="alert">
      {toasts.map(({ id, text }) => (
        <div key={id} className="toast">
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" small onClick={() => onDismiss(id)} />
        </div>
      ))}
    </div>,
    top ?? document.body,
  )
}
