import { useChatClient, useMe } from 'express-chat/react'
import { type FormEvent, type MouseEvent, useState } from 'react'
import { forget } from '../app/accounts.js'
import { session } from '../app/address.js'
import { turnOff, usePush } from '../app/push.js'
import { setTheme, type Theme, useTheme } from '../app/theme.js'
import { UserAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { Icon, type IconName } from '../design/icon.js'
import { useOverlays } from '../design/overlays.js'
import { PictureField } from '../design/picture-field.js'
import { Switch } from '../design/switch.js'
import { ModerationDialog } from '../moderation/moderation-dialog.js'
import { useIsModerator } from '../moderation/use-is-moderator.js'
import { BlockedDialog } from './blocked-dialog.js'
import { userName } from './user-name.js'
import './profile-dialog.css'

const themes: { theme: Theme; icon?: IconName; label: string }[] = [
  { theme: 'system', label: 'System' },
  { theme: 'light', icon: 'sun', label: 'Light' },
  { theme: 'dark', icon: 'moon', label: 'Dark' },
]

/** What I say of myself, and how the page looks. */
export function ProfileDialog({ onClose }: { onClose(): void }) {
  const client = useChatClient()
  const me = useMe()
  const { attempt } = useOverlays()
  const [description, setDescription] = useState(me?.description ?? '')
  const [open, setOpen] = useState<'blocked' | 'moderation' | null>(null)
  const isModerator = useIsModerator()
  const close = () => setOpen(null)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (await attempt(() => client.me.update({ description: description.trim() }))) onClose()
  }
  const signOut = async (event: MouseEvent) => {
    event.preventDefault()
    // Who has signed out is not to be notified here.
    await turnOff().catch(() => undefined)
    if (session) forget(session.account)
    location.assign('/')
  }
  if (!me) return null
  return (
    <Dialog title="My profile" onClose={onClose}>
      <div className="profile">
        <UserAvatar user={me} size="xl" />
        <h3 dir="auto">{userName(me)}</h3>
        <PictureField
          hasPicture={me.avatarUrl !== null}
          onChange={(avatarMediaId) => client.me.update({ avatarMediaId })}
        />
      </div>
      <form className="form" onSubmit={save}>
        <label className="field">
          About me
          <textarea
            className="input"
            rows={3}
            dir="auto"
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </label>
        <ThemeField />
        <PushField />
        <button type="button" className="button" onClick={() => setOpen('blocked')}>
          <Icon name="block" />
          Blocked people
        </button>
        {isModerator && (
          <button type="button" className="button" onClick={() => setOpen('moderation')}>
            <Icon name="flag" />
            Moderation
          </button>
        )}
        <div className="actions">
          <a className="button" href="/" onClick={signOut}>
            <Icon name="leave" />
            Sign out
          </a>
          <span className="grow" />
          <button type="submit" className="button primary">
            Save
          </button>
        </div>
      </form>
      {open === 'blocked' && <BlockedDialog onClose={close} />}
      {open === 'moderation' && <ModerationDialog onClose={close} />}
    </Dialog>
  )
}

function PushField() {
  const { isOn, turn } = usePush()
  const { attempt } = useOverlays()
  const [isTurning, setIsTurning] = useState(false)
  if (isOn === undefined) return null
  const change = async (on: boolean) => {
    setIsTurning(true)
    await attempt(() => turn(on))
    setIsTurning(false)
  }
  return (
    <Switch
      label="Notify me"
      about="In this browser, when I do not look at the chat"
      checked={isOn}
      disabled={isTurning}
      onChange={change}
    />
  )
}

function ThemeField() {
  const chosen = useTheme()
  return (
    <fieldset className="field">
      <legend>Appearance</legend>
      <div className="themes">
        {themes.map(({ theme, icon, label }) => (
          <label key={theme} className="theme">
            <input type="radio" name="theme" checked={chosen === theme} onChange={() => setTheme(theme)} />
            {icon && <Icon name={icon} small />}
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
