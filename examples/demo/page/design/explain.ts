import { ChatClientError } from 'express-chat/client'

/** Of what no server has said anything. */
const unanswered: Readonly<Record<string, string>> = {
  unreachable: 'The server can’t be reached',
  disconnected: 'There is no connection',
  file_lost: 'The page was left before its files were uploaded',
}

/** What went wrong, for people. `errors` names fields, which only their reader knows by these names, so they come last. */
export function explain(error: unknown): string {
  if (!(error instanceof ChatClientError)) return error instanceof Error ? error.message : String(error)
  const title = error.problem?.title ?? unanswered[error.code] ?? error.message
  const detail = error.problem?.detail
  const parts = error.errors.filter((part) => !detail?.includes(part.detail))
  const named = parts.map(({ pointer, detail: about }) => `${pointer} ${about}`)
  return [detail && detail !== title ? `${title}: ${detail}` : title, ...named].join('. ')
}
