import type { OpenDatabase } from '../databases.js'
import type { SharedHost } from './shared-host.js'

/** Resolves once somebody waits for a lock; where that cannot be seen, after as many statements as they need to get there. */
export async function isWaitedFor(
  tx: Pick<OpenDatabase['prisma'], '$queryRawUnsafe'>,
  { database }: SharedHost,
): Promise<void> {
  const isSeen = Reflect.get(database.prisma, '_activeProvider') !== 'mysql'
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  for (let n = 0; isSeen || n < 50; n += 1) {
    const rows: unknown[] = await tx.$queryRawUnsafe(isSeen ? waiting : 'SELECT 1 WHERE 1 = 0')
    if (rows.length > 0) return
  }
}
