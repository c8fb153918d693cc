const day = 86_400_000
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })

type Time = string | number

const midnight = (time: Time): number => new Date(time).setHours(0, 0, 0, 0)
// Rounded, because a day on which the clocks change is not 24 hours long.
const daysAgo = (time: Time): number => Math.round((midnight(Date.now()) - midnight(time)) / day)

export const clockTime = (time: Time): string => clock.format(new Date(time))
export const fullTime = (time: Time): string => full.format(new Date(time))
export const isSameDay = (one: Time, other: Time): boolean => midnight(one) === midnight(other)

export function dayName(time: Time): string {
  const days = daysAgo(time)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return days < 7 ? weekday.format(new Date(time)) : date.format(new Date(time))
}

/** As short as a list of rooms wants it. */
export function roughTime(time: Time): string {
  const days = daysAgo(time)
  if (days <= 0) return clockTime(time)
  return days === 1 ? 'Yesterday' : shortDate.format(new Date(time))
}

/** How long something plays, as `1:05`. */
export function playTime(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** When somebody was here last, said as people say it. */
export function lastSeen(time: Time): string {
  const minutes = Math.floor((Date.now() - new Date(time).getTime()) / 60_000)
  if (minutes < 1) return 'last seen just now'
  if (minutes < 60) return `last seen ${minutes} min ago`
  return daysAgo(time) <= 0 ? `last seen at ${clockTime(time)}` : `last seen ${dayName(time).toLowerCase()}`
}
