/** Where the library says what went wrong inside: `console`, or anything with these two. */
export interface Logger {
  warn(message: string, ...details: unknown[]): void
  error(message: string, ...details: unknown[]): void
}
