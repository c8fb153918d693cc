import { randomBytes } from 'node:crypto'

/** What the environment says. */
export function settingsOf({ PORT, SITE_URL, DATA, SECRET, MAIL_AFTER, SMTP_URL, PAGE }: NodeJS.ProcessEnv) {
  const port = Number(PORT || 3000)
  return {
    port,
    /** Where mails lead to. */
    siteUrl: SITE_URL || `http://localhost:${port}`,
    /** The folder with the database and the files that people send. */
    data: DATA || '.shop',
    /** Signs links to files: on a real server the same at each start, and on all servers. */
    secret: SECRET || randomBytes(32).toString('base64url'),
    /** After how many seconds somebody is mailed of what they have not read. */
    mailAfter: Number(MAIL_AFTER || 10),
    /** A mail server, as `smtp://localhost:25`; without one the page `/mails` shows what would be sent. */
    smtpUrl: SMTP_URL,
    /** The folder that `vite build` has written; without one Vite serves the sources. */
    page: PAGE,
  }
}

export type Settings = ReturnType<typeof settingsOf>
