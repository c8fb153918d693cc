import { useEffect, useState } from 'react'
import { session } from '../app/address.js'
import { askAs } from '../pages/session.js'

/** Whether I am a moderator, as the host of the demo says; whoever only pretends to be finds nothing. */
export function useIsModerator(): boolean {
  const [isModerator, setIsModerator] = useState(false)
  useEffect(() => {
    if (!session) return
    askAs(session.token)<{ isModerator: boolean }>('/api/me').then(
      (me) => setIsModerator(me.isModerator),
      () => undefined,
    )
  }, [])
  return isModerator
}
