import type { User } from 'express-chat/client'
import { useMe, useUserSearch } from 'express-chat/react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { explain } from '../design/explain.js'
import { IconButton } from '../design/icon-button.js'
import { SearchField } from '../design/search-field.js'
import { userName } from './user-name.js'
import './people.css'

interface PeoplePickerProps {
  label: string
  chosen: readonly User[]
  limit: number
  /** Who is not offered. */
  isOffered?: (user: User) => boolean
  onChange(chosen: User[]): void
}

/** Finds people by name and collects them; beyond the limit the last one chosen counts. */
export function PeoplePicker({ label, chosen, limit, isOffered = () => true, onChange }: PeoplePickerProps) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
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
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    if (event.key === 'Enter' && at < 0) {
      event.preventDefault()
      if (offered[0] && q.trim()) choose(offered[0])
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const next = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)] ?? (event.key === 'ArrowUp' ? field.current : null)
    next?.focus()
  }
  const status = error ? explain(error) : isLoading ? 'Searching…' : 'Nobody found'
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys come up from the field and the buttons in it.
    <div className="picker" onKeyDown={onKeyDown}>
      <label className="picker-label" htmlFor={id}>
        {label}
      </label>
      {chosen.length > 0 && (
        <ul className="chosen" aria-label="Chosen">
          {chosen.map((user) => (
            <li key={user.id}>
              <UserAvatar user={user} size="s" />
              {userName(user)}
              <IconButton
                icon="close"
                label={`Take ${userName(user)} away`}
                small
                onClick={() => onChange(chosen.filter((other) => other.id !== user.id))}
              />
            </li>
          ))}
        </ul>
      )}
      <SearchField
        ref={field}
        id={id}
        label="Search by name"
        value={q}
        onChange={(event) => setQ(event.target.value)}
      />
      <ul className="person-list" ref={list} aria-label="Found">
        {offered.map((user) => (
          <li key={user.id}>
            <button type="button" className="person" onClick={() => choose(user)}>
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
