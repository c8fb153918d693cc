import { useScheduled } from 'express-chat/react'
import { type FormEvent, useState } from 'react'
import { Dialog } from '../design/dialog.js'
import { IconButton } from '../design/icon-button.js'
import { Menu, type MenuItem } from '../design/menu.js'
import { Popover } from '../design/popover.js'
import { fieldTime, laterChoices } from './later.js'
import { ScheduledDialog } from './scheduled-dialog.js'

interface SendLaterProps {
  roomId: string
  /** There is nothing to send, or it cannot be sent as it is. */
  isDisabled: boolean
  /** Keeps what is written until then. */
  onChoose(sendAt: Date): void
  onOpen(dialog: LaterDialogName): void
}

export type LaterDialogName = 'time' | 'list'

/** Beside the button that sends: when else to send it, and what waits to be sent. */
export function SendLater({ roomId, isDisabled, onChoose, onOpen }: SendLaterProps) {
  const { items } = useScheduled(roomId)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const choices: MenuItem[] = isDisabled
    ? []
    : [
        ...laterChoices(new Date()).map(
          ({ label, at }): MenuItem => ({ label, icon: 'clock', onSelect: () => onChoose(at) }),
        ),
        { label: 'At another time…', icon: 'edit', onSelect: () => onOpen('time') },
      ]
  const waiting: MenuItem[] =
    items.length > 0
      ? [{ label: `To be sent later (${items.length})`, id: 'list', icon: 'message', onSelect: () => onOpen('list') }]
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
    </>
  )
}

interface LaterDialogProps extends Pick<SendLaterProps, 'roomId' | 'onChoose'> {
  name: LaterDialogName
  onClose(): void
}

/** What the menu opens, which has a form of its own, and so stands outside of the composer's. */
export function LaterDialog({ name, roomId, onChoose, onClose }: LaterDialogProps) {
  if (name === 'list') return <ScheduledDialog roomId={roomId} onClose={onClose} />
  const choose = (at: Date) => {
    onClose()
    onChoose(at)
  }
  return <TimeDialog onChoose={choose} onClose={onClose} />
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
