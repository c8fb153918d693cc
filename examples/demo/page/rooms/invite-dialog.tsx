import type { CreateInvite, Invite, Room } from 'express-chat/client'
import { useInvites, useMe } from 'express-chat/react'
import { type FormEvent, useRef, useState } from 'react'
import { inviteAddress } from '../app/address.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime, roughTime } from '../design/time.js'
import { useCopy } from '../messages/use-copy.js'
import { userName } from '../people/user-name.js'
import '../people/people.css'
import './new-room-dialog.css'

const hourMs = 60 * 60_000

const ends: ReadonlyMap<string, number | null> = new Map([
  ['Never', null],
  ['In an hour', hourMs],
  ['In a day', 24 * hourMs],
  ['In a week', 7 * 24 * hourMs],
])

const uses: ReadonlyMap<string, number | null> = new Map([
  ['Everybody', null],
  ['One person', 1],
  ['10 people', 10],
  ['100 people', 100],
])

function chosen(fields: FormData): CreateInvite {
  const ms = ends.get(String(fields.get('ends'))) ?? null
  return {
    expiresAt: ms === null ? null : new Date(Date.now() + ms).toISOString(),
    maxUses: uses.get(String(fields.get('uses'))) ?? null,
  }
}

/** Makes a link into a room, and shows those that there are. */
export function InviteDialog({ room, onClose }: { room: Room; onClose(): void }) {
  const { items, isLoading, error, hasMore, handle, loadMore, reload } = useInvites(room.id)
  const [made, setMade] = useState('')
  const [problem, setProblem] = useState('')
  const create = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setProblem('')
    try {
      const invite = await handle?.create(chosen(new FormData(event.currentTarget)))
      setMade(invite ? new URL(inviteAddress(invite.code), location.href).href : '')
      reload()
    } catch (error) {
      setProblem(explain(error))
    }
  }
  return (
    <Dialog title="Invite by link" onClose={onClose}>
      <form className="form" onSubmit={create}>
        <Choice label="Lets in" name="uses" choices={uses} />
        <Choice label="Ends" name="ends" choices={ends} />
        <p className="form-error" role="alert">
          {problem}
        </p>
        <button type="submit" className="button primary">
          Make a link
        </button>
      </form>
      {made && <MadeLink address={made} />}
      {items.length > 0 && <Links room={room} items={items} onRevoked={reload} />}
      {!isLoading && !error && items.length === 0 && <p className="hint">There is no link into this room.</p>}
      {hasMore && (
        <button type="button" className="button" onClick={loadMore}>
          Show more
        </button>
      )}
      {error && <LoadError error={error} onRetry={reload} />}
    </Dialog>
  )
}

function Choice({ label, name, choices }: { label: string; name: string; choices: ReadonlyMap<string, unknown> }) {
  return (
    <label className="field">
      {label}
      <select className="input" name={name}>
        {[...choices.keys()].map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </label>
  )
}

/** Only now: the server keeps no link that it could show again. */
function MadeLink({ address }: { address: string }) {
  const copy = useCopy()
  return (
    <section className="form" aria-label="New link">
      <label className="field">
        The link, shown only now
        <input className="input" readOnly value={address} dir="ltr" onFocus={(event) => event.target.select()} />
      </label>
      {copy && (
        <button type="button" className="button" onClick={() => copy(address)}>
          Copy link
        </button>
      )}
    </section>
  )
}

interface LinksProps {
  room: Room
  items: readonly Invite[]
  onRevoked(): void
}

function Links({ room, items, onRevoked }: LinksProps) {
  const { handle } = useInvites(room.id)
  const { attempt } = useOverlays()
  const me = useMe()
  const list = useRef<HTMLUListElement>(null)
  const mayRevoke = ({ createdBy }: Invite) => createdBy?.id === me?.id || room.me?.permissions.canRemoveUsers
  const revoke = async (id: string) => {
    if (!(await attempt(() => handle?.remove(id)))) return
    onRevoked()
    // The button goes with its row, and the focus must not go with it.
    list.current?.focus()
  }
  return (
    <ul ref={list} className="person-list" aria-label="Links into this room" tabIndex={-1}>
      {items.map((invite) => {
        const { id, createdBy, createdAt, expiresAt, maxUses, uses } = invite
        const by = createdBy?.id === me?.id ? 'You' : createdBy ? userName(createdBy) : 'The app'
        const used = maxUses === null ? `${uses} came in` : `${uses} of ${maxUses} came in`
        return (
          <li key={id} className="person">
            <span className="grow">
              <b className="ellipsis" dir="auto">
                {by}, {roughTime(createdAt)}
              </b>
              <small className="ellipsis">
                {[used, expiresAt && `until ${fullTime(expiresAt)}`].filter(Boolean).join(' · ')}
              </small>
            </span>
            {mayRevoke(invite) && (
              <button
                type="button"
                className="button small"
                aria-label={`Revoke the link of ${fullTime(createdAt)}`}
                onClick={() => void revoke(id)}
              >
                Revoke
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}
