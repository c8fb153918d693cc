import type { Holding } from '../store/presence.js'

/**
 * How many of somebody's sockets have to go from this server, where they have more than so many on all together. Each goes
 * from the server that has the most, so that whoever holds more than its share gives first, and where two have as many, from
 * the one whose newest is older: so the newest of all stays. All servers read the same, and so agree.
 */
export function surplusAt(nodeId: string, holdings: Holding[], most: number): number {
  const timeOf = ({ openedAt }: Holding) => openedAt?.getTime() ?? 0
  const left = holdings
    .map((holding) => ({ ...holding }))
    .sort((a, b) => timeOf(a) - timeOf(b) || (a.nodeId < b.nodeId ? -1 : 1))
  let surplus = 0
  for (let tooMany = left.reduce((sum, { sockets }) => sum + sockets, 0) - most; tooMany > 0; tooMany -= 1) {
    const holder = left.reduce((one, other) => (other.sockets > one.sockets ? other : one))
    holder.sockets -= 1
    if (holder.nodeId === nodeId) surplus += 1
  }
  return surplus
}
