import type { RoomType, User } from 'express-chat/client'
import { useChatClient } from 'express-chat/react'
import { type FormEvent, useState } from 'react'
import { openRoom } from '../app/address.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { Icon, type IconName } from '../design/icon.js'
import { useOverlays } from '../design/overlays.js'
import { Switch } from '../design/switch.js'
import { PeoplePicker } from '../people/people-picker.js'
import { historyAbout, historyFrom, publicWarning } from './room-name.js'
import './new-room-dialog.css'

interface Kind {
  type: RoomType
  icon: IconName
  name: string
  about: string
  /** What stands above the people to choose. */
  question: string
  action: string
}

const kinds: Kind[] = [
  {
    ...{ type: 'private', icon: 'message', name: 'Private', action: 'Start chat' },
    about: 'Just the two of you. You can’t add anyone later.',
    question: 'Who do you want to write to?',
  },
  {
    ...{ type: 'group', icon: 'people', name: 'Group', action: 'Create group' },
    about: 'Everyone in the group can read and write.',
    question: 'Who should be in the group?',
  },
  {
    ...{ type: 'channel', icon: 'channel', name: 'Channel', action: 'Create channel' },
    about: 'Only admins post; everyone else reads.',
    question: 'Who should be in the channel?',
  },
]

export function NewRoomDialog({ onClose }: { onClose(): void }) {
  const client = useChatClient()
  const { toast } = useOverlays()
  const [type, setType] = useState<RoomType>('private')
  const [people, setPeople] = useState<User[]>([])
  const [isPublic, setIsPublic] = useState(false)
  const [fromStart, setFromStart] = useState(true)
  const [error, setError] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const isPrivate = type === 'private'
  const kind = kinds.find((each) => each.type === type) as Kind

  async function make(form: HTMLFormElement) {
    const fields = new FormData(form)
    const userIds = people.map(({ id }) => id)
    const named = {
      ...{ name: String(fields.get('name')), description: String(fields.get('description')) },
      ...{ isPublic, historyFrom: historyFrom(fromStart) },
    }
    const { id, memberCount } = await client.rooms.create({ type, userIds, ...(isPrivate ? {} : named) })
    // Who of two was asked first is not told.
    if (!isPrivate && memberCount <= people.length)
      toast('Whoever doesn’t know you was asked, and will be here once they accept.')
    openRoom(id)
    onClose()
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isPrivate && people.length === 0) return setError('Choose somebody to write to')
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
          {kinds.map((each) => (
            <label key={each.type} className="choice">
              <input
                type="radio"
                name="type"
                value={each.type}
                checked={type === each.type}
                onChange={() => {
                  setType(each.type)
                  setError('')
                  if (each.type === 'private') setPeople((chosen) => chosen.slice(0, 1))
                }}
              />
              <Icon name={each.icon} />
              {each.name}
            </label>
          ))}
        </fieldset>
        <p className="hint">{kind.about}</p>
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
              about={publicWarning(fromStart)}
              checked={isPublic}
              onChange={(checked) => setIsPublic(checked)}
            />
            <Switch
              label="Show history to new members"
              about={historyAbout}
              checked={fromStart}
              onChange={setFromStart}
            />
          </>
        )}
        <PeoplePicker isFirst label={kind.question} chosen={people} limit={isPrivate ? 1 : 50} onChange={setPeople} />
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={isBusy}>
            {kind.action}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
