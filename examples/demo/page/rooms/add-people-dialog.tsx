import type { Member, Room, User } from 'express-chat/client'
import { useMembers } from 'express-chat/react'
import { type FormEvent, useState } from 'react'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { useOverlays } from '../design/overlays.js'
import { PeoplePicker } from '../people/people-picker.js'
import { userName } from '../people/user-name.js'

interface AddPeopleDialogProps {
  room: Room
  onClose(): void
}

export function AddPeopleDialog({ room, onClose }: AddPeopleDialogProps) {
  const { items, handle } = useMembers(room.id)
  const { toast } = useOverlays()
  const [people, setPeople] = useState<User[]>([])
  const [error, setError] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setError('')
    const results = await Promise.allSettled(people.map(({ id }) => handle.add({ userId: id })))
    setIsBusy(false)
    const asked = results.flatMap((each) => (each.status === 'fulfilled' && each.value.isAsked ? [each.value] : []))
    if (asked.length > 0) toast(askedText(asked))
    const refused = people.filter((_, n) => results[n]?.status === 'rejected')
    if (refused.length === 0) return onClose()
    // Those who are in, or were asked, are not chosen any more: trying again asks for the rest.
    setPeople(refused)
    setError(
      results.flatMap((each, n) => (each.status === 'rejected' ? [reasonOf(people[n], each.reason)] : [])).join('. '),
    )
  }
  return (
    <Dialog title="Add people" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <PeoplePicker
          isFirst
          label="Who do you want to add?"
          chosen={people}
          limit={50}
          isOffered={(user) => !items.some((member) => member.user.id === user.id)}
          onChange={setPeople}
        />
        <p className="hint">They will see the room’s whole history.</p>
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={isBusy || people.length === 0}>
            Add
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Nobody is told whether they have refused, so this is all that there will be to hear unless they come. */
const askedText = (asked: readonly Member[]): string => {
  const names = new Intl.ListFormat('en').format(asked.map(({ user }) => userName(user)))
  return `${names} ${asked.length === 1 ? 'was' : 'were'} asked, and will be here once they accept.`
}

const reasonOf = (user: User | undefined, reason: unknown): string => `${userName(user)}: ${explain(reason)}`
