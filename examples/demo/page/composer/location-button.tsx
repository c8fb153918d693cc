import { useMessages } from 'express-chat/react'
import { useState } from 'react'
import type { Card } from '../../cards.js'
import { IconButton } from '../design/icon-button.js'
import { useOverlays } from '../design/overlays.js'

const patienceMs = 10_000
/** Some metres. */
const digits = 5

const position = (): Promise<GeolocationPosition> =>
  new Promise((resolve, reject) =>
    navigator.geolocation.getCurrentPosition(resolve, reject, { timeout: patienceMs, maximumAge: 60_000 }),
  )

function reasonOf({ code }: GeolocationPositionError): string {
  if (code === 1) return 'Your browser keeps your location to itself. Allow it for this page to share where you are.'
  return 'Your location could not be found. Try again in a moment.'
}

/** Says where I am. It is asked for on a click alone, and shared after another one. */
export function LocationButton({ roomId, isDisabled }: { roomId: string; isDisabled: boolean }) {
  const { handle } = useMessages<{ message: Card }>(roomId)
  const { confirm, toast } = useOverlays()
  const [isLooking, setIsLooking] = useState(false)
  async function share() {
    if (!('geolocation' in navigator)) return toast('This browser cannot tell where you are.')
    const question = { title: 'Share your location?', question: 'Everybody in this room will see where you are now.' }
    if (!(await confirm({ ...question, action: 'Share', isHarmless: true }))) return
    setIsLooking(true)
    try {
      const { latitude, longitude } = (await position()).coords
      const place = { latitude: Number(latitude.toFixed(digits)), longitude: Number(longitude.toFixed(digits)) }
      // The timeline tells what became of it.
      handle.send({ data: { type: 'location', ...place, label: 'My location' } }).catch(() => undefined)
    } catch (error) {
      toast(reasonOf(error as GeolocationPositionError))
    } finally {
      setIsLooking(false)
    }
  }
  return <IconButton icon="place" label="Share your location" disabled={isDisabled || isLooking} onClick={share} />
}
