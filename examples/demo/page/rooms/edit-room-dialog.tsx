import type { Room } from 'express-chat/client'
import { useRoom } from 'express-chat/react'
import { type FormEvent, useState } from 'react'
import { RoomAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { PictureField } from '../design/picture-field.js'
import { Switch } from '../design/switch.js'
import { historyAbout, historyFrom, publicWarning } from './room-name.js'
import './new-room-dialog.css'

const slowModes: ReadonlyMap<number, string> = new Map([
  [0, 'Off'],
  [10, '10 seconds'],
  [60, 'A minute'],
  [600, '10 minutes'],
  [3600, 'An hour'],
])

interface EditRoomDialogProps {
  room: Room
  onClose(): void
}

export function EditRoomDialog({ room, onClose }: EditRoomDialogProps) {
  const { handle } = useRoom(room.id)
  const [isPublic, setIsPublic] = useState(room.isPublic)
  const [readReceipts, setReadReceipts] = useState(room.readReceipts)
  const [fromStart, setFromStart] = useState(room.historyFrom === 'start')
  const [error, setError] = useState('')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const changes = {
      name: String(fields.get('name')),
      description: String(fields.get('description')),
      isPublic,
      readReceipts,
      // Who does not see all of it cannot show it, and what stays needs not be said.
      ...(fromStart === (room.historyFrom === 'start') ? {} : { historyFrom: historyFrom(fromStart) }),
      slowModeSeconds: Number(fields.get('slowMode')),
    }
    await handle.update(changes).then(onClose, (problem) => setError(explain(problem)))
  }
  return (
    <Dialog title="Edit room" onClose={onClose}>
      <div className="about">
        <RoomAvatar room={room} size="xl" />
        <PictureField
          hasPicture={room.avatarUrl !== null}
          onChange={(avatarMediaId) => handle.update({ avatarMediaId })}
        />
      </div>
      <form className="form" onSubmit={submit}>
        <label className="field">
          Name
          <input className="input" name="name" defaultValue={room.name ?? ''} required dir="auto" autoComplete="off" />
        </label>
        <label className="field">
          Description
          <textarea className="input" name="description" rows={3} defaultValue={room.description} dir="auto" />
        </label>
        <label className="field">
          Slow mode
          <small>How long everybody waits between two messages, but for those who may delete others’</small>
          <select className="input" name="slowMode" defaultValue={room.slowModeSeconds}>
            {[...new Set([...slowModes.keys(), room.slowModeSeconds])].map((seconds) => (
              <option key={seconds} value={seconds}>
                {slowModes.get(seconds) ?? `${seconds} seconds`}
              </option>
            ))}
          </select>
        </label>
        <Switch label="Public" about={publicWarning(fromStart)} checked={isPublic} onChange={setIsPublic} />
        <Switch
          label="Read receipts"
          about="Everybody sees who has read what"
          checked={readReceipts}
          onChange={setReadReceipts}
        />
        <Switch label="Show history to new members" about={historyAbout} checked={fromStart} onChange={setFromStart} />
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
