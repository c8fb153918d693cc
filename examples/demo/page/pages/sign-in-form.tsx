import { type FormEvent, type ReactNode, useState } from 'react'
import { signIn } from './session.js'

interface SignInFormProps {
  onSignedIn(token: string, fields: FormData): void
  children?: ReactNode
}

export function SignInForm({ onSignedIn, children }: SignInFormProps) {
  const [error, setError] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    setIsBusy(true)
    setError('')
    try {
      onSignedIn(await signIn(String(fields.get('username')).trim(), String(fields.get('password'))), fields)
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem))
    }
    setIsBusy(false)
  }
  return (
    <form className="form" onSubmit={submit}>
      <label className="field">
        Name
        {/* biome-ignore lint/a11y/noAutofocus: the page has this one purpose. */}
        <input className="input" name="username" autoComplete="username" autoCapitalize="none" required autoFocus />
      </label>
      <label className="field">
        Password
        <input
          className="input"
          name="password"
          type="password"
          autoComplete="current-password"
          defaultValue="demo"
          required
        />
      </label>
      {children}
      <p className="form-error" role="alert">
        {error}
      </p>
      <button type="submit" className="button primary" disabled={isBusy}>
        Sign in
      </button>
    </form>
  )
}
