import type { AuditEntry, Report, ReportStatus } from 'express-chat/client'
import { useAudit, useChatClient, useReports, useUser } from 'express-chat/react'
import { useRef, useState } from 'react'
import { Dialog } from '../design/dialog.js'
import { LoadError } from '../design/load-error.js'
import { MenuButton, type MenuItem } from '../design/menu.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime } from '../design/time.js'
import { cardTitle } from '../messages/card.js'
import { BanDialog } from '../rooms/ban-dialog.js'
import { SilenceDialog } from '../rooms/silence-dialog.js'
import { auditText } from './audit-text.js'
import { reasonText } from './reasons.js'
import { RoomReader } from './room-reader.js'
import '../people/people.css'
import './moderation.css'

/** How many of the last things done are shown. */
const shownEntries = 10

const options = { status: 'open' } as const

/** What is reported and waits for somebody, and what was done last. */
export function ModerationDialog({ onClose }: { onClose(): void }) {
  const client = useChatClient()
  const reports = useReports(options)
  const audit = useAudit()
  const { attempt, confirm } = useOverlays()
  const list = useRef<HTMLUListElement>(null)
  const reload = () => {
    reports.reload()
    audit.reload()
  }
  const close = async (reportId: string, status: ReportStatus) => {
    if (!(await attempt(() => client.moderation.updateReport(reportId, { status })))) return
    reload()
    // The buttons go with their report, and the focus must not go with them.
    list.current?.focus()
  }
  const remove = async ({ id, roomId, messageId, copy }: Report) => {
    const question = `Nobody will see any more what ${copy.userName} wrote. The report keeps a copy.`
    if (!(await confirm({ title: 'Delete this message?', question, action: 'Delete' }))) return
    const { deleteMessage } = client.moderation.room(roomId)
    if (await attempt(() => deleteMessage(messageId))) await close(id, 'resolved')
  }
  const error = reports.error ?? audit.error
  return (
    <Dialog title="Moderation" onClose={onClose}>
      <section>
        <h3>Open reports</h3>
        <ul ref={list} className="reports" aria-label="Open reports" tabIndex={-1}>
          {reports.items.map((report) => (
            <ReportRow
              key={report.id}
              report={report}
              onDelete={() => void remove(report)}
              onHandle={(status) => void close(report.id, status)}
              onGoverned={audit.reload}
            />
          ))}
        </ul>
        {reports.isLoading && reports.items.length === 0 && <p className="hint">Loading…</p>}
        {!reports.isLoading && !reports.error && reports.items.length === 0 && <p>Nothing is reported.</p>}
        {reports.hasMore && (
          <button type="button" className="button" onClick={reports.loadMore}>
            Show more
          </button>
        )}
      </section>
      {audit.items.length > 0 && (
        <section>
          <h3>Done last</h3>
          <ul className="audit" aria-label="Done last">
            {audit.items.slice(0, shownEntries).map((entry) => (
              <AuditRow key={entry.id} entry={entry} />
            ))}
          </ul>
        </section>
      )}
      {error && <LoadError error={error} onRetry={reload} />}
    </Dialog>
  )
}

interface ReportRowProps {
  report: Report
  onDelete(): void
  onHandle(status: ReportStatus): void
  /** Its author was silenced or banned, or the room was read, which is audited. */
  onGoverned(): void
}

function ReportRow({ report, onDelete, onHandle, onGoverned }: ReportRowProps) {
  const { copy, reason, text, authorId } = report
  const client = useChatClient()
  const reporter = useName(report.reporterId)
  const [open, setOpen] = useState<'room' | 'silence' | 'ban' | null>(null)
  const room = client.moderation.room(report.roomId)
  const author = { id: authorId ?? '', name: copy.userName }
  const close = () => {
    setOpen(null)
    onGoverned()
  }
  const items: MenuItem[] = [{ label: 'Read around it', icon: 'message', onSelect: () => setOpen('room') }]
  if (authorId !== null) {
    items.push(
      { label: 'Silence', icon: 'bell-off', onSelect: () => setOpen('silence') },
      { label: 'Ban', icon: 'block', isDangerous: true, onSelect: () => setOpen('ban') },
    )
  }
  const said = copy.text || copy.media.map(({ filename }) => filename).join(', ') || cardTitle(copy.data ?? {})
  return (
    <li className="report">
      <b dir="auto">{copy.userName}</b>
      <blockquote dir="auto">{said}</blockquote>
      <small dir="auto">{[reasonText(reason), text].filter(Boolean).join(': ')}</small>
      <small>
        Reported by {reporter}, <time dateTime={report.createdAt}>{fullTime(report.createdAt)}</time>
      </small>
      <div className="actions">
        <button
          type="button"
          className="button small danger"
          aria-label={`Delete the message “${said}”`}
          onClick={onDelete}
        >
          Delete message
        </button>
        <button
          type="button"
          className="button small"
          aria-label={`Dismiss the report of “${said}”`}
          onClick={() => onHandle('dismissed')}
        >
          Dismiss
        </button>
        <button
          type="button"
          className="button small primary"
          aria-label={`Resolve the report of “${said}”`}
          onClick={() => onHandle('resolved')}
        >
          Resolve
        </button>
        <MenuButton icon="more" label={`More about “${said}”`} small items={items} />
      </div>
      {open === 'room' && <RoomReader report={report} onClose={close} />}
      {open === 'silence' && (
        <SilenceDialog
          user={author}
          silencedUntil={null}
          onSilence={(until) => room.silence(author.id, until)}
          onClose={close}
        />
      )}
      {open === 'ban' && (
        <BanDialog
          user={author}
          onBan={(ban) => room.ban(author.id, ban)}
          onBanned={onGoverned}
          onClose={() => setOpen(null)}
        />
      )}
    </li>
  )
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const actor = useName(entry.actorId)
  const subject = useName(entry.userId)
  return (
    <li>
      <span dir="auto">{auditText(entry, actor, subject)}</span>
      <small>
        <time dateTime={entry.createdAt}>{fullTime(entry.createdAt)}</time>
      </small>
    </li>
  )
}

/** Of whom nothing is known here, there is the id. */
function useName(userId: string | null): string {
  const user = useUser(userId)
  return user?.name || userId || 'The application'
}
