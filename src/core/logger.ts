/**
 * Where the library says what went wrong inside: `console`, pino as it is, or anything with these two. A logger as pino's or bunyan's
 * (which has `child`, and `bindings` or `addSerializers`) is given an object first, `{ err, requestId, roomId, … }`, and then the message.
 */
export interface Logger {
  /** Something that heals by itself, or that is to be looked at some day. */
  warn(message: string, ...details: unknown[]): void
  /** Something that failed. */
  error(message: string, ...details: unknown[]): void
}

/** What makes a line of a log look like another one, or several: line breaks, control characters, and signs that turn text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text in one line, in which everything can be seen. */
export const printable = (text: string): string =>
  text.replace(unprintable, (sign) => short[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** What a line is about, by name: for loggers that take objects. The message says it as well. */
export class About {
  constructor(readonly fields: Readonly<Record<string, string | undefined>>) {}
}

/** The same logger, to which what clients say comes escaped: also in the errors of hosts and drivers, who quote it. */
export function safely(logger: Logger): Logger {
  const given = takesObjects(logger) ? objectFirst : messageFirst
  return {
    warn: (message, ...details) => logger.warn(...given(printable(message), details)),
    error: (message, ...details) => logger.error(...given(printable(message), details)),
  }
}

/** pino has `bindings`, bunyan has `addSerializers`, and both have `child`, as winston has, which takes the message first. */
function takesObjects(logger: object): boolean {
  const has = (name: string) => typeof Reflect.get(logger, name) === 'function'
  return has('child') && (has('bindings') || has('addSerializers'))
}

const messageFirst = (message: string, details: unknown[]): [string, ...unknown[]] => [
  message,
  ...details.filter((detail) => !(detail instanceof About)).map((detail) => safe(detail)),
]

function objectFirst(message: string, details: unknown[]): [never, string] {
  const line: Record<string, unknown> = {}
  for (const detail of details) {
    if (!(detail instanceof About)) line.err = safe(detail)
    else
      for (const [name, value] of Object.entries(detail.fields)) if (value !== undefined) line[name] = printable(value)
  }
  return [line as never, message]
}

/** How deep causes are looked at: they may form a ring. */
const mostCauses = 8

function safe(detail: unknown, depth = 0): unknown {
  if (typeof detail === 'string') return printable(detail)
  if (!(detail instanceof Error) || depth > mostCauses) return detail
  const { message, stack, cause } = detail
  const printed = { message: printable(message), cause: safe(cause, depth + 1) }
  if (printed.message === message && printed.cause === cause) return detail
  // The error may be somebody's, who goes on with it as it was.
  const copy = Object.create(Object.getPrototypeOf(detail), Object.getOwnPropertyDescriptors(detail)) as Error
  const hidden = { configurable: true, enumerable: false, writable: true }
  Object.defineProperty(copy, 'message', { ...hidden, value: printed.message })
  if (cause !== undefined) Object.defineProperty(copy, 'cause', { ...hidden, value: printed.cause })
  if (stack !== undefined)
    Object.defineProperty(copy, 'stack', { ...hidden, value: stack.replace(message, () => printed.message) })
  return copy
}
