interface Later {
  label: string
  at: Date
}

/** When one may want to have a message sent instead, from now on: all of them lie ahead. */
export function laterChoices(now: Date): Later[] {
  const on = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour)
  const untilMonday = (8 - now.getDay()) % 7 || 7
  const choices: Later[] = [
    { label: 'In an hour', at: new Date(now.getTime() + 3_600_000) },
    { label: 'This evening, 18:00', at: on(0, 18) },
    { label: 'Tomorrow, 9:00', at: on(1, 9) },
  ]
  if (untilMonday > 1) choices.push({ label: 'Monday, 9:00', at: on(untilMonday, 9) })
  return choices.filter(({ at }) => at > now)
}

/** A time as a field of that kind has it, in the reader's own zone. */
export const fieldTime = (at: Date): string =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
