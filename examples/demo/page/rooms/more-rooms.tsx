import { useEffect, useRef, useState } from 'react'

/** The end of a list that has more: what comes next is loaded as soon as one has scrolled here, or presses it. */
export function MoreRooms({ onReached }: { onReached(): Promise<void> }) {
  const button = useRef<HTMLButtonElement>(null)
  const [isLoading, setIsLoading] = useState(false)
  const load = () => {
    setIsLoading(true)
    void onReached().finally(() => setIsLoading(false))
  }
  useEffect(() => {
    if (!button.current || isLoading) return undefined
    const reached = new IntersectionObserver(([entry]) => entry?.isIntersecting && load())
    reached.observe(button.current)
    return () => reached.disconnect()
  })
  return (
    <button ref={button} type="button" className="button small" disabled={isLoading} onClick={load}>
      {isLoading ? 'Loading…' : 'Show more rooms'}
    </button>
  )
}
