import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { addressOf } from '../app/address.js'
import { SignInForm } from './sign-in-form.js'
import '../app/theme.js'
import '../design/tokens.css'
import '../design/base.css'
import '../design/controls.css'
import '../rooms/new-room-dialog.css'
import './card.css'

function SignInPage() {
  const room = new URLSearchParams(location.search).get('room') ?? ''
  const enter = (token: string, fields: FormData) => {
    const roomId = String(fields.get('room')).trim()
    location.assign(addressOf(roomId === '' ? null : roomId, token))
  }
  return (
    <div className="card-page">
      <main className="card">
        <img src="/assets/icon.svg" alt="" width="52" height="52" />
        <div>
          <h1>Chat demo</h1>
          <p className="hint">
            Take any name; the password of everybody is <code>demo</code>. Do not write anything secret here.
          </p>
        </div>
        <SignInForm onSignedIn={enter}>
          <label className="field">
            Room
            <small>Its id, if you were given one</small>
            <input className="input" name="room" autoComplete="off" defaultValue={room} />
          </label>
        </SignInForm>
        <p className="hint">
          Alone? See <a href="/side-by-side">two people side by side</a>. <a href="/admin">Rooms for admins</a>
        </p>
      </main>
    </div>
  )
}

const page = document.getElementById('page')
if (page) {
  createRoot(page).render(
    <StrictMode>
      <SignInPage />
    </StrictMode>,
  )
}
