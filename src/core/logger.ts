/** Where the library says what went wrong inside: `console`, or anything with these two. */
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

/** The same logger, to which what clients say comes escaped: also in the errors of hosts and drivers, who quote it. */
export function safely(logger: Logger): Logger {
  return {
    warn: (message, ...details) => logger.warn(printable(message), ...details.map((detail) => safe(detail))),
    error: (message, ...details) => logger.error(printable(message), ...details.map((detail) => safe(detail))),
  }
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
