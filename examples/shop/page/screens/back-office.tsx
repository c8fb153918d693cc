import { OpenReports } from '../moderation/open-reports.js'
import { People } from '../moderation/people.js'

/** For those who look after the shop. To everybody else the server answers as if there were nothing here. */
export function BackOfficeScreen() {
  return (
    <div className="stack">
      <h1>Back office</h1>
      <section className="stack" aria-labelledby="reports">
        <h2 id="reports">What was reported</h2>
        <OpenReports />
      </section>
      <section className="stack" aria-labelledby="people">
        <h2 id="people">People</h2>
        <People />
      </section>
    </div>
  )
}
