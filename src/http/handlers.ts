import type { IncomingMessage, ServerResponse } from 'node:http'

/** A handler that `app.use` takes in Express 4 and 5 alike. */
export type RequestHandlerLike = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** The same for errors of earlier handlers. */
export type ErrorHandlerLike = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void
