import type { RoomType, User } from 'express-chat/client'
import { useChatClient } from 'express-chat/react'
import { type FormEvent, useState } from 'react'
import { openRoom } from '../app/address.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { Icon, type IconName } from '../design/icon.js'
import { Switch } from '../design/switch.js'
import { PeoplePicker } from '../people/people-picker.js'
import './new-room-dialog.css'

const kinds: { type: RoomType; icon: IconName; name: string; about: string }[] = [
  { type: 'private', icon: 'message', name: 'Private', about: 'Two people' },
  { type: 'group', icon: 'people', name: 'Group', about: 'Everybody writes' },
  { type: 'channel', icon: 'channel', name: 'Channel', about: 'Admins write' },
]

export function NewRoomDialog({ onClose }: { onClose(): void }) {
  const client = useChatClient()
  const [type, setType] = useState<RoomType>('private')
  const [people, setPeople] = useState<User[]>([])
  const [isPublic, setIsPublic] = useState(false)
  const [error, setError] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const isPrivate = type === 'private'

  async function make(form: HTMLFormElement) {
    const fields = new FormData(form)
    const userIds = people.map(({ id }) => id)
    const named = { name: String(fields.get('name')), description: String(fields.get('description')), isPublic }
    const { id } = await client.rooms.create({ type, userIds, ...(isPrivate ? {} : named) })
    openRoom(id)
    onClose()
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isPrivate && people.length === 0) return setError('Choose who you want to write to')
    setIsBusy(true)
    setError('')
    await make(event.currentTarget).catch((problem) => {
      setError(explain(problem))
      setIsBusy(false)
    })
  }
  return (
    <Dialog title="New conversation" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <fieldset className="choices">
          <legend className="for-screen-readers">Type</legend>
          {kinds.map((kind) => (
            <label key={kind.type} className="choice">
              <input
                type="radio"
                name="type"
                value={kind.type}
                checked={type === kind.type}
                onChange={() => {
                  setType(kind.type)
                  if (kind.type === 'private') setPeople((chosen) => chosen.slice(0, 1))
                }}
              />
              <Icon name={kind.icon} />
              <span>
                {kind.name}
                <small>{kind.about}</small>
              </span>
            </label>
          ))}
        </fieldset>
        {!isPrivate && (
          <>
            <label className="field">
              Name
              <input className="input" name="name" autoComplete="off" required dir="auto" />
            </label>
            <label className="field">
              Description
              <input className="input" name="description" autoComplete="off" dir="auto" />
            </label>
            <Switch
              label="Public"
              about="Anyone can find and join it"
              checked={isPublic}
              onChange={(checked) => setIsPublic(checked)}
            />
          </>
        )}
        <PeoplePicker
          label={isPrivate ? 'Who do you want to write to?' : 'People'}
          chosen={people}
          limit={isPrivate ? 1 : 50}
          onChange={setPeople}
        />
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={isBusy}>
            {isPrivate ? 'Start writing' : 'Make room'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
