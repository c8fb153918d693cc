import { z } from 'zod'
import type { SchemaOf } from './fields.js'

const problems = {
  invalid_request: [400, 'The request is not valid'],
  unauthenticated: [401, 'Nobody is signed in'],
  forbidden: [403, 'You may not do this'],
  blocked: [403, 'One of the two blocks the other'],
  banned: [403, 'They are kept out of this room'],
  silenced: [403, 'You may read here, and not write'],
  not_found: [404, 'There is no such thing, or it is not yours to know about'],
  conflict: [409, 'The state does not allow it'],
  idempotency_conflict: [409, 'The same clientId came with another body'],
  too_large: [413, 'Too large'],
  unsupported_media_type: [415, 'This media type is not accepted'],
  reaction_not_allowed: [422, 'This reaction is not allowed'],
  rejected: [422, 'The application refused it'],
  rate_limited: [429, 'Too much, too fast'],
  slow_mode: [429, 'One message at a time, with a pause between'],
  internal: [500, 'Something went wrong on the server'],
  unavailable: [503, 'Not available at the moment'],
  insufficient_storage: [507, 'There is no room for it'],
} as const

/** What a client switches on; titles and details may change, codes do not. */
export type ProblemCode = keyof typeof problems

export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]]

/** The code that says what an HTTP status says, if one does; the first where there are several. */
export const codeOfStatus = (status: number): ProblemCode | undefined =>
  problemCodes.find((code) => problems[code][0] === status)

/** Where a request is wrong: a JSON pointer into its body, or the name of a parameter. */
export interface ProblemPart {
  /** A JSON pointer, as `/text`, or the name of a parameter. */
  pointer: string
  /** What is wrong there. */
  detail: string
}

/** RFC 9457: the body of every refusal over HTTP, and the payload of every `error` frame. */
export interface Problem {
  /** A URN that ends in the code. */
  type: string
  /** What the code means, in English. */
  title: string
  /** The HTTP status of the code, 400 to 507. */
  status: number
  /** What to switch on. */
  code: ProblemCode
  /** What is wrong in this case, for people to read. */
  detail?: string
  /** Where the request is wrong. */
  errors?: ProblemPart[]
  /** Of `banned` and `silenced`, when that ends, if it does. */
  until?: string
  /** Seconds: of `rate_limited`, `slow_mode` and `unavailable`, the `Retry-After` that a socket has no header for. */
  retryAfter?: number
  /** Names the request in the server's log. */
  requestId: string
}

export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(problemCodes),
  detail: z.string().exactOptional(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).exactOptional(),
  until: z.string().exactOptional(),
  retryAfter: z.int().exactOptional(),
  requestId: z.string(),
}) satisfies SchemaOf<Problem>

export interface ChatErrorDetails {
  errors?: ProblemPart[] | undefined
  /** Seconds after which trying again makes sense: the `Retry-After` of 429 and 503. */
  retryAfter?: number | undefined
  /** When what is refused for ends by itself. */
  until?: Date | null | undefined
  cause?: unknown
}

/** Every refusal of the library, whoever asked: narrow it by `code`. */
export class ChatError extends Error {
  override readonly name = 'ChatError'

  /** A host may have loaded the library twice, as ESM and as CommonJS: the errors of both are this. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ChatError' && 'code' in value
  }

  /** What to switch on. */
  readonly code: ProblemCode
  /** The HTTP status of the code, 400 to 507. */
  readonly status: number
  /** Where the input is wrong, of `invalid_request` and `too_large`. */
  readonly errors: ProblemPart[] | undefined
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined
  /** Of `banned` and `silenced`, when that ends, ISO 8601 in UTC. */
  readonly until: string | undefined

  constructor(code: ProblemCode, detail?: string, { errors, retryAfter, until, cause }: ChatErrorDetails = {}) {
    super(detail ?? problems[code][1], { cause })
    this.code = code
    this.status = problems[code][0]
    this.errors = errors
    this.retryAfter = retryAfter
    this.until = until?.toISOString()
    this.detail = code === 'internal' ? undefined : detail
  }

  /** What was said to whom it may concern, for people to read; never of `internal`. */
  readonly detail: string | undefined

  /** The body that HTTP and the socket answer with. */
  toProblem(requestId: string): Problem {
    return {
      type: `urn:express-chat:problem:${this.code}`,
      title: problems[this.code][1],
      status: this.status,
      code: this.code,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      ...(this.until === undefined ? {} : { until: this.until }),
      ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }),
      requestId,
    }
  }
}

/** The one answer for what is absent and for what is not the caller's to know about. */
export const notFound = (): ChatError => new ChatError('not_found')

export const forbidden = (detail: string): ChatError => new ChatError('forbidden', detail)

export const conflict = (detail: string): ChatError => new ChatError('conflict', detail)

export const invalid = (pointer: string, detail: string): ChatError =>
  new ChatError('invalid_request', detail, { errors: [{ pointer, detail }] })
