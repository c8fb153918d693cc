import { randomUUID } from 'node:crypto'

const prefix = 'express_chat_test_'
/** No run takes as long: two at once on a slow machine take more than an hour. */
const day = 86_400_000

/** What the names of all databases of one run begin with. */
export const newRun = (): string => `${prefix}${Date.now()}_`

export const nameIn = (run: string): string => `${run}${randomUUID().slice(0, 13).replace('-', '')}`

/** Of this run, or of one that was killed and could not clean up. */
export function isLeftover(name: string, run: string): boolean {
  const startedAt = Number(name.slice(prefix.length).split('_')[0])
  return name.startsWith(run) || (name.startsWith(prefix) && startedAt < Date.now() - day)
}
