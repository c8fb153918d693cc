import type { ShownMessage } from 'express-chat/client'
import { useMessages } from 'express-chat/react'
import { type FormEvent, useState } from 'react'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { useOverlays } from '../design/overlays.js'
import { reasons } from '../moderation/reasons.js'
import { authorName } from '../people/user-name.js'

interface ReportDialogProps {
  message: ShownMessage
  onClose(): void
}

/** Says to the moderators why a message should not be there. */
export function ReportDialog({ message, onClose }: ReportDialogProps) {
  const { handle } = useMessages(message.roomId)
  const { toast } = useOverlays()
  const [error, setError] = useState('')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = String(fields.get('text')).trim()
    try {
      await handle.report(message.id, { reason: String(fields.get('reason')), ...(text && { text }) })
      onClose()
      toast('Thank you. A moderator will look at it.')
    } catch (problem) {
      setError(explain(problem))
    }
  }
  return (
    <Dialog title="Report this message" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p className="hint">
          Moderators see the message as it is now, and who reports it. {authorName(message)} does not.
        </p>
        <label className="field">
          Reason
          <select className="input" name="reason" data-first>
            {[...reasons].map(([reason, label]) => (
              <option key={reason} value={reason}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          What else should they know?
          <textarea className="input" name="text" rows={3} maxLength={2000} dir="auto" />
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button danger">
            Report
          </button>
        </div>
      </form>
    </Dialog>
  )
}
