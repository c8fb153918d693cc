import type { User } from 'express-chat/client'
import { type FormEvent, useState } from 'react'
import { flushSync } from 'react-dom'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { userName } from '../people/user-name.js'

interface BanDialogProps {
  user: Pick<User, 'id' | 'name'>
  /** Rejects where it cannot be done. */
  onBan(ban: { reason?: string }): Promise<unknown>
  onBanned(): void
  onClose(): void
}

/** Removes somebody and keeps them out, with a reason for those who may let them in again. */
export function BanDialog({ user, onBan, onBanned, onClose }: BanDialogProps) {
  const [error, setError] = useState('')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason')).trim()
    try {
      await onBan(reason ? { reason } : {})
      // Nothing behind an open dialog takes the focus.
      flushSync(onClose)
      onBanned()
    } catch (problem) {
      setError(explain(problem))
    }
  }
  return (
    <Dialog title={`Ban ${userName(user)}`} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p className="hint">They leave this room, and nobody can let them in until the ban is lifted.</p>
        <label className="field">
          Reason
          <small>Seen by those who may lift the ban</small>
          <input className="input" name="reason" maxLength={500} dir="auto" autoComplete="off" data-first />
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button danger">
            Ban
          </button>
        </div>
      </form>
    </Dialog>
  )
}
