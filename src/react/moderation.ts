import { useCallback } from 'react'
import type { AuditEntry, AuditFilter, Report, ReportFilter } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type Listing, type Read, useListing } from './search.js'

/** Reported messages, newest first, for moderators; for all others `error` is `not_found`. */
export function useReports({ status, roomId }: ReportFilter = {}): Listing<Report> {
  const { moderation } = useChatClient()
  const read = useCallback<Read<Report>>(
    (page) => moderation.reports({ status, roomId, ...page }),
    [moderation, status, roomId],
  )
  return useListing(read, moderation)
}

/** Who did what to whom, newest first; likewise. */
export function useAudit({ roomId, userId, actorId, action }: AuditFilter = {}): Listing<AuditEntry> {
  const { moderation } = useChatClient()
  const read = useCallback<Read<AuditEntry>>(
    (page) => moderation.audit({ roomId, userId, actorId, action, ...page }),
    [moderation, roomId, userId, actorId, action],
  )
  return useListing(read, moderation)
}
