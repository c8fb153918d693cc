import type { User } from 'express-chat/client'
import { useMe, useUserSearch } from 'express-chat/react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { explain } from '../design/explain.js'
import { IconButton } from '../design/icon-button.js'
import { enterList, useRoving } from '../design/roving.js'
import { SearchField } from '../design/search-field.js'
import { userName } from './user-name.js'
import './people.css'

interface PeoplePickerProps {
  label: string
  chosen: readonly User[]
  limit: number
  /** Who is not offered. */
  isOffered?: (user: User) => boolean
  /** It is what a dialog begins with. */
  isFirst?: boolean
  onChange(chosen: User[]): void
}

/** Finds people by name and collects them; beyond the limit the last one chosen counts. */
export function PeoplePicker({ label, chosen, limit, isOffered = () => true, isFirst, onChange }: PeoplePickerProps) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const me = useMe()
  const [q, setQ] = useState('')
  const { items, isLoading, error } = useUserSearch(q.trim())
  const offered = items.filter(
    (user) => user.id !== me?.id && isOffered(user) && !chosen.some((other) => other.id === user.id),
  )

  const choose = (user: User) => {
    onChange([...chosen, user].slice(-limit))
    setQ('')
    field.current?.focus()
  }
  const list = useRoving<HTMLUListElement>({ items: 'button', typeAhead: true, above: field })
  const drop = (user: User) => {
    onChange(chosen.filter((other) => other.id !== user.id))
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    enterList(event, list.ref)
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (offered[0] && q.trim()) choose(offered[0])
  }
  const status = error ? explain(error) : isLoading ? 'Searching…' : 'No one found'
  return (
    <div className="picker">
      <label className="picker-label" htmlFor={id}>
        {label}
      </label>
      {chosen.length > 0 && (
        <ul className="chosen" aria-label="Chosen">
          {chosen.map((user) => (
            <li key={user.id}>
              <UserAvatar user={user} size="s" />
              {userName(user)}
              <IconButton icon="close" label={`Remove ${userName(user)}`} small onClick={() => drop(user)} />
            </li>
          ))}
        </ul>
      )}
      <SearchField
        ref={field}
        id={id}
        label="Search by name"
        data-first={isFirst}
        value={q}
        onChange={(event) => setQ(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <ul className="person-list" aria-label="Found" {...list}>
        {offered.map((user) => (
          <li key={user.id}>
            <button
              type="button"
              className="person"
              tabIndex={-1}
              data-name={userName(user)}
              onClick={() => choose(user)}
            >
              <UserAvatar user={user} />
              <span className="grow">
                <b className="ellipsis">{userName(user)}</b>
                {user.description && <small className="ellipsis">{user.description}</small>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="hint" role="status">
        {offered.length === 0 && status}
      </p>
    </div>
  )
}
