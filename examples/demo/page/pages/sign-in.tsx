import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { keep } from '../app/accounts.js'
import { addressOf, inviteAddress } from '../app/address.js'
import { SignInForm } from './sign-in-form.js'
import '../app/theme.js'
import '../design/tokens.css'
import '../design/base.css'
import '../design/controls.css'
import '../rooms/new-room-dialog.css'
import './card.css'

function SignInPage() {
  const asked = new URLSearchParams(location.search)
  const room = asked.get('room') ?? ''
  const code = asked.get('invite')
  const enter = (token: string, fields: FormData) => {
    const roomId = String(fields.get('room')).trim()
    const account = keep(token)
    const isInvited = code !== null && roomId === ''
    location.assign(isInvited ? inviteAddress(code, account) : addressOf(roomId === '' ? null : roomId, account))
  }
  return (
    <div className="card-page">
      <main className="card">
        <img src="/assets/icon.svg" alt="" width="52" height="52" />
        <div>
          <h1>Chat demo</h1>
          <p className="hint">
            Pick any name; the password is always <code>demo</code>. Don’t write anything secret here.
          </p>
        </div>
        <SignInForm onSignedIn={enter}>
          <label className="field">
            Room
            <small>Optional: the id of a room somebody gave you</small>
            <input className="input" name="room" autoComplete="off" defaultValue={room} />
          </label>
        </SignInForm>
        <p className="hint">
          On your own? Try <a href="/side-by-side">two people side by side</a>, or see{' '}
          <a href="/admin">all rooms as an admin</a>.
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
