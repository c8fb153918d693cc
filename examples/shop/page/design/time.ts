const times = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit' })
const days = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })

/** The time of today, the day of what is older. */
export function shortTime(iso: string): string {
  const date = new Date(iso)
  return date.toDateString() === new Date().toDateString() ? times.format(date) : days.format(date)
}
