import { useEffect, useState } from 'react'

/** Longest delay of a timer. */
const longestMs = 2 ** 31 - 1

/** Whether a time is still to come; shown anew when it has. */
export function useUntil(time: string | null | undefined): boolean {
  const end = Date.parse(time ?? '')
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const left = end - Date.now()
    if (!(left > 0)) return end > now ? setNow(Date.now()) : undefined
    const timer = setTimeout(() => setNow(Date.now()), Math.min(left + 50, longestMs))
    return () => clearTimeout(timer)
  }, [end, now])
  return end > now
}
