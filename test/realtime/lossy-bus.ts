import type { Bus } from 'express-chat'
import { memoryBus } from 'express-chat'

/** A bus on its worst day: drops a third of what it is given, doubles a third, brings all of it late and in any order, and is dead now and then. */
export function lossyBus(random: () => number): Bus & { dropped: number; doubled: number } {
  const inner = memoryBus()
  let isDead = false
  const bus = {
    ...inner,
    dropped: 0,
    doubled: 0,
    async publish(hint: string) {
      if (random() < 0.05) isDead = !isDead
      if (isDead) throw new Error('the bus is dead')
      const fate = random()
      if (fate < 0.33) {
        bus.dropped += 1
        return
      }
      if (fate > 0.67) bus.doubled += 1
      const later = () => setTimeout(() => void inner.publish(hint), random() * 100)
      later()
      if (fate > 0.67) later()
    },
  }
  return bus
}
