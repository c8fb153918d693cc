import type { Report } from '../contract/reports.js'
import type { Notice } from '../publish/notice.js'
import type { Listener } from '../publish/publisher.js'
import type { EventObserver, ObservedEvent } from './hooks.js'
import type { Logger } from './logger.js'

interface Observers {
  event?: EventObserver
  report?: (report: Report) => void | Promise<void>
}

/** Tells the host's observers what has happened. What they throw is logged, and holds up nothing. */
export function observing(on: Observers, logger: Logger): Listener {
  const observeEvent = on.event && guarded<ObservedEvent>('event', on.event.bind(on), logger)
  const observeReport = on.report && guarded<Report>('report', on.report.bind(on), logger)
  const observeNotice = (notice: Notice): void => {
    if (notice.type === 'report.created') observeReport?.(notice.report)
    if (notice.type !== 'room.changed' || !observeEvent) return
    const { roomId, events, created } = notice
    if (created) observeEvent({ type: 'room.created', roomId, revision: 1, room: created })
    for (const event of events) observeEvent(event)
  }
  return (notices) => notices.forEach(observeNotice)
}

function guarded<Event>(name: string, observe: (event: Event) => void | Promise<void>, logger: Logger) {
  const failed = (error: unknown) => logger.error(`express-chat: on.${name} threw`, error)
  return (event: Event): void => {
    try {
      Promise.resolve(observe(event)).catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}
