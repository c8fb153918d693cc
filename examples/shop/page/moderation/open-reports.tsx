import { useReports } from 'express-chat/react'
import { Notice } from '../design/notice.js'
import { ReportCard } from './report-card.js'

export function OpenReports() {
  const { items, isLoading, error, hasMore, loadMore, reload } = useReports({ status: 'open' })
  if (error) return <Notice text={error.message} action="Try again" onAction={reload} />
  if (items.length === 0) return isLoading ? null : <Notice text="Nothing is reported. All is well." />
  return (
    <>
      <ul className="list">
        {items.map((report) => (
          <li key={report.id} className="card stack">
            <ReportCard report={report} onHandled={reload} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" onClick={loadMore}>
          Show more
        </button>
      )}
    </>
  )
}
