import { type FormEvent, type ReactNode, useState } from 'react'

interface FormProps {
  /** What the button says. */
  action: string
  isDangerous?: boolean
  onSubmit(fields: FormData): Promise<unknown>
  children: ReactNode
}

/** A form that is sent once at a time, and says why it was refused. */
export function Form({ action, isDangerous = false, onSubmit, children }: FormProps) {
  const [error, setError] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setIsBusy(true)
    setError('')
    try {
      await onSubmit(new FormData(event.currentTarget))
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal))
    }
    setIsBusy(false)
  }
  return (
    <form className="form" onSubmit={submit}>
      {children}
      <p className="error" role="alert">
        {error}
      </p>
      <button type="submit" className={isDangerous ? 'danger' : 'primary'} disabled={isBusy}>
        {action}
      </button>
    </form>
  )
}

/** A field with its label. */
export function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children.
    <label className="field">
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  )
}
