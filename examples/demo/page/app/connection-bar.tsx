import type { ConnectionStatus } from 'express-chat/client'
import { useChatClient, useConnection } from 'express-chat/react'
import { useEffect, useState } from 'react'
import { Icon } from '../design/icon.js'
import { signInAddress, useOpenRoom } from './address.js'
import './connection-bar.css'

const texts: Record<ConnectionStatus, string> = {
  idle: '',
  connecting: 'Connecting…',
  live: '',
  reconnecting: 'Connection lost. Reconnecting…',
  offline: 'You are offline. What you write and change will be sent when you’re back.',
  replaced: 'This chat is open in another tab.',
  'signed-out': 'You are signed out.',
}

/** Tells what stands between what is shown and what is; nothing while all is well. */
export function ConnectionBar() {
  const { status, retryAt } = useConnection()
  const client = useChatClient()
  const roomId = useOpenRoom()
  const seconds = useSecondsUntil(status === 'reconnecting' ? retryAt : null)
  return (
    <div role="status">
      {texts[status] !== '' && (
        <div className="connection-bar" data-status={status}>
          <Icon name="alert" small />
          {texts[status]}
          {seconds > 2 && <span aria-hidden="true">Retrying in {seconds} s</span>}
          {status === 'replaced' && (
            <button type="button" className="link-button" onClick={() => client.wake()}>
              Use it here
            </button>
          )}
          {status === 'signed-out' && <a href={signInAddress(roomId)}>Sign in again</a>}
        </div>
      )}
    </div>
  )
}

function useSecondsUntil(time: number | null): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (time === null) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [time])
  return time === null ? 0 : Math.ceil((time - now) / 1000)
}
