import type { ScheduledMessage } from 'express-chat/client'
import { useScheduled } from 'express-chat/react'
import { type FormEvent, useState } from 'react'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { IconButton } from '../design/icon-button.js'
import { Menu, type MenuItem } from '../design/menu.js'
import { useOverlays } from '../design/overlays.js'
import { Popover } from '../design/popover.js'
import { fullTime } from '../design/time.js'
import { fieldTime, laterChoices } from './later.js'

interface SendLaterProps {
  roomId: string
  /** There is nothing to send, or it cannot be sent as it is. */
  isDisabled: boolean
  /** Keeps what is written until then. */
  onChoose(sendAt: Date): void
}

/** Beside the button that sends: when else to send it, and what waits to be sent. */
export function SendLater({ roomId, isDisabled, onChoose }: SendLaterProps) {
  const { items } = useScheduled(roomId)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [open, setOpen] = useState<'time' | 'list' | null>(null)
  const choices: MenuItem[] = isDisabled
    ? []
    : [
        ...laterChoices(new Date()).map(
          ({ label, at }): MenuItem => ({ label, icon: 'clock', onSelect: () => onChoose(at) }),
        ),
        { label: 'At another time…', icon: 'edit', onSelect: () => setOpen('time') },
      ]
  const waiting: MenuItem[] =
    items.length > 0
      ? [{ label: `To be sent later (${items.length})`, icon: 'message', onSelect: () => setOpen('list') }]
      : []
  if (isDisabled && items.length === 0) return null
  return (
    <>
      <IconButton
        icon="clock"
        label="Send later"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => setAnchor(anchor ? null : currentTarget)}
      />
      {anchor && (
        <Popover anchor={anchor} label="Send later" role="dialog" className="menu" onClose={() => setAnchor(null)}>
          <Menu label="When" items={[...choices, ...waiting]} onDone={() => setAnchor(null)} />
        </Popover>
      )}
      {open === 'time' && (
        <TimeDialog
          onChoose={(at) => {
            setOpen(null)
            onChoose(at)
          }}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'list' && <ScheduledDialog roomId={roomId} onClose={() => setOpen(null)} />}
    </>
  )
}

function TimeDialog({ onChoose, onClose }: { onChoose(at: Date): void; onClose(): void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onChoose(new Date(String(new FormData(event.currentTarget).get('at'))))
  }
  return (
    <Dialog title="Send at another time" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label className="field">
          When
          <input className="input" type="datetime-local" name="at" min={fieldTime(new Date())} required data-first />
        </label>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            Send then
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** What waits to be sent, and what could not be. */
function ScheduledDialog({ roomId, onClose }: { roomId: string; onClose(): void }) {
  const { items } = useScheduled(roomId)
  return (
    <Dialog title="To be sent later" onClose={onClose}>
      <ul className="scheduled-list">
        {items.map((item) => (
          <Scheduled key={item.id} item={item} />
        ))}
      </ul>
      {items.length === 0 && <p className="hint">Nothing waits to be sent.</p>}
      <div className="actions">
        <button type="button" className="button primary" data-first onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  )
}

function Scheduled({ item }: { item: ScheduledMessage }) {
  const { handle } = useScheduled(item.roomId)
  const { attempt } = useOverlays()
  const [error, setError] = useState('')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = String(fields.get('text'))
    const at = new Date(String(fields.get('at'))).toISOString()
    const isLater = fieldTime(new Date(at)) !== fieldTime(new Date(item.sendAt)) || item.failure !== null
    handle?.update(item.id, { text, ...(isLater && { sendAt: at }) }).then(
      () => setError(''),
      (problem) => setError(explain(problem)),
    )
  }
  return (
    <li>
      <form className="form" aria-label={fullTime(item.sendAt)} onSubmit={submit}>
        <textarea className="input" name="text" aria-label="Message" rows={2} dir="auto" defaultValue={item.text} />
        <input
          className="input"
          type="datetime-local"
          name="at"
          aria-label="When"
          required
          defaultValue={fieldTime(new Date(item.sendAt))}
        />
        <p className="form-error" role="alert">
          {error || (item.failure && `Not sent: ${item.failure.detail ?? item.failure.code}`)}
        </p>
        <div className="actions">
          <button type="button" className="button danger" onClick={() => attempt(async () => handle?.cancel(item.id))}>
            Do not send
          </button>
          <button type="submit" className="button">
            Save
          </button>
        </div>
      </form>
    </li>
  )
}
