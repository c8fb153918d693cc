import { readFileSync } from 'node:fs'
import type { BenchDatabase } from './databases.js'

/** User and system together of a process so far, as Linux tells them, in ticks of 10 ms. */
export function cpuMsOf(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // After the name, which may hold spaces: the 12th and 13th from there.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [user, system] = fields.slice(11, 13)
    return 10 * (Number(user) + Number(system))
  } catch {
    return undefined
  }
}

/** What the backends of a PostgreSQL on this machine have taken so far that serve others in this database, by their ids. */
export async function backendsCpu(database: BenchDatabase): Promise<Map<number, number>> {
  const rows = await database.run(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  )
  const pids = rows.map(({ pid }) => Number(pid))
  return new Map(pids.map((pid) => [pid, cpuMsOf(pid) ?? Number.NaN]))
}

/** What was taken between the two: a backend that began meanwhile counts whole, and one that ended is left out. */
export const cpuBetween = (before: Map<number, number>, after: Map<number, number>): number =>
  [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0)
