import { ChatClientError } from 'express-chat/client'
import { useCallback } from 'react'
import { useOverlays } from '../design/overlays.js'

const waits = (error: unknown): boolean =>
  error instanceof ChatClientError && (error.isTransient || error.code === 'aborted')

/** Does something to a message, and says why it was refused. What waits for a connection stands at the message. */
export function useChange(): (work: () => Promise<unknown>) => Promise<boolean> {
  const { attempt } = useOverlays()
  return useCallback(
    (work) =>
      attempt(() =>
        work().catch((error) => {
          if (!waits(error)) throw error
        }),
      ),
    [attempt],
  )
}
