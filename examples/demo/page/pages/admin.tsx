import type { Page, Room } from 'express-chat/client'
import { type FormEvent, StrictMode, useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { keep } from '../app/accounts.js'
import { addressOf, session } from '../app/address.js'
import { dayName, fullTime } from '../design/time.js'
import { roomName, roomTypes } from '../rooms/room-name.js'
import { askAs } from './session.js'
import { SignInForm } from './sign-in-form.js'
import '../app/theme.js'
import '../design/tokens.css'
import '../design/base.css'
import '../design/controls.css'
import '../rooms/new-room-dialog.css'
import './card.css'

type Session = NonNullable<typeof session>

function AdminPage({ as }: { as: Session }) {
  const { token } = as
  const { rooms, error, hasMore, load, loadMore } = useAllRooms(token)
  return (
    <div className="card-page">
      <main className="card wide">
        <header className="card-bar">
          <h1 className="grow">Rooms</h1>
          <button type="button" className="button" onClick={load}>
            Refresh
          </button>
          <a href="/">Sign in to chat</a>
        </header>
        <RoomTable rooms={rooms} account={as.account} />
        {rooms.length === 0 && <p className="hint">There are no rooms yet.</p>}
        {hasMore && (
          <button type="button" className="button" onClick={loadMore}>
            Show more
          </button>
        )}
        <p className="form-error" role="alert">
          {error}
        </p>
        <h2>New room</h2>
        <NewRoomForm as={token} onMade={load} />
      </main>
    </div>
  )
}

function useAllRooms(as: string) {
  const [rooms, setRooms] = useState<Room[]>([])
  const [cursor, setCursor] = useState<string | null>(null)
  const [error, setError] = useState('')
  const read = useCallback(
    async (after: string | null) => {
      try {
        const query = after === null ? '' : `?${new URLSearchParams({ cursor: after })}`
        const page = await askAs(as)<Page<Room>>(`/api/admin/rooms${query}`)
        setRooms((before) => (after === null ? page.items : [...before, ...page.items]))
        setCursor(page.nextCursor)
        setError('')
      } catch (problem) {
        setError(String(problem))
      }
    },
    [as],
  )
  const load = useCallback(() => void read(null), [read])
  useEffect(load, [load])
  return { rooms, error, hasMore: cursor !== null, load, loadMore: () => void read(cursor) }
}

function RoomTable({ rooms, account }: { rooms: readonly Room[]; account: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="table" aria-label="All rooms" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>Name</th>
            <th>Type</th>
            <th>Public</th>
            <th className="number">Members</th>
            <th className="number">Messages</th>
            <th>Created</th>
            <th>
              <span className="for-screen-readers">Open</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rooms.map((room) => (
            <tr key={room.id}>
              <th scope="row">{roomName(room)}</th>
              <td>{roomTypes[room.type]}</td>
              <td>{room.isPublic ? 'yes' : 'no'}</td>
              <td className="number">{room.memberCount.toLocaleString()}</td>
              <td className="number">{room.lastMessageSeq.toLocaleString()}</td>
              <td>
                <time dateTime={room.createdAt} title={fullTime(room.createdAt)}>
                  {dayName(room.createdAt)}
                </time>
              </td>
              <td>
                <a href={addressOf(room.id, account)} aria-label={`Open ${roomName(room)}`}>
                  Open
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function NewRoomForm({ as, onMade }: { as: string; onMade(): void }) {
  const [error, setError] = useState('')
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const userIds = String(fields.get('userIds'))
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean)
    const room = { type: fields.get('type'), name: fields.get('name'), isPublic: fields.has('isPublic'), userIds }
    try {
      await askAs(as)('/api/admin/rooms', room)
      form.reset()
      setError('')
      onMade()
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem))
    }
  }
  return (
    <form className="form" onSubmit={make}>
      <label className="field">
        Type
        <select className="input" name="type">
          <option value="group">Group: everybody writes</option>
          <option value="channel">Channel: admins write</option>
        </select>
      </label>
      <label className="field">
        Name
        <input className="input" name="name" autoComplete="off" required />
      </label>
      <label className="field">
        People
        <small>User ids, separated by commas</small>
        <input className="input" name="userIds" autoComplete="off" autoCapitalize="none" />
      </label>
      <label className="switch">
        <span className="grow">
          Public
          <small>Anyone can find it, join it and read its whole history</small>
        </span>
        <input type="checkbox" name="isPublic" />
      </label>
      <p className="form-error" role="alert">
        {error}
      </p>
      <button type="submit" className="button primary">
        Create room
      </button>
    </form>
  )
}

function SignInCard() {
  const enter = (given: string) => location.assign(`/admin?${new URLSearchParams({ as: keep(given) })}`)
  return (
    <div className="card-page">
      <main className="card">
        <h1>Rooms</h1>
        <p className="hint">
          This is a demo: any name will do, with the password <code>demo</code>.
        </p>
        <SignInForm onSignedIn={enter} />
      </main>
    </div>
  )
}

const page = document.getElementById('page')
if (page) {
  createRoot(page).render(<StrictMode>{session === null ? <SignInCard /> : <AdminPage as={session} />}</StrictMode>)
}
