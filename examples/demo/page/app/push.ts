import { useEffect, useState } from 'react'
import { askAs } from '../pages/session.js'
import { openRoom, session } from './address.js'

const ask = session && askAs(session.token)
const canPush = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

/** A click on a notification opens its room here, if this page is of whom it is for. */
export function useNotificationClicks(): void {
  useEffect(() => {
    if (!canPush) return
    const opened = ({ data }: MessageEvent<{ openRoom?: string }>) => {
      if (typeof data.openRoom === 'string') openRoom(data.openRoom)
    }
    navigator.serviceWorker.addEventListener('message', opened)
    return () => navigator.serviceWorker.removeEventListener('message', opened)
  }, [])
}

const wantedKey = `express-chat-demo push ${session?.account}`

/** Whether this account wants to be notified in this browser. */
function isWanted(): boolean {
  try {
    return localStorage.getItem(wantedKey) !== null
  } catch {
    return false
  }
}

function keep(isOn: boolean): void {
  try {
    if (isOn) localStorage.setItem(wantedKey, 'yes')
    else localStorage.removeItem(wantedKey)
  } catch {}
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/')
  return (await registration?.pushManager.getSubscription()) ?? null
}

async function turnOn(): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('This browser was told to show none')
  await navigator.serviceWorker.register('/push-worker.js')
  const { pushManager } = await navigator.serviceWorker.ready
  const { publicKey } = (await ask?.<{ publicKey: string }>('/api/push/key')) ?? {}
  const options = { userVisibleOnly: true, applicationServerKey: publicKey ?? null }
  await ask?.('/api/push/subscriptions', (await pushManager.subscribe(options)).toJSON())
  keep(true)
}

/** Other accounts of this browser may want theirs, so it goes on to take pushes. */
export async function turnOff(): Promise<void> {
  keep(false)
  const { endpoint } = (await subscription()) ?? {}
  if (endpoint !== undefined) await ask?.('/api/push/subscriptions/end', { endpoint })
}

/** Whether this browser notifies me; undefined where it cannot. */
export function usePush() {
  const [isOn, setIsOn] = useState<boolean>()
  useEffect(() => {
    if (!canPush) return
    subscription().then(
      (found) => setIsOn(found !== null && isWanted() && Notification.permission === 'granted'),
      () => setIsOn(false),
    )
  }, [])
  const turn = async (on: boolean): Promise<void> => {
    await (on ? turnOn() : turnOff())
    setIsOn(on)
  }
  return { isOn, turn }
}
