import { readFileSync } from 'node:fs'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

export const readme = read('README.md')

/** The code of a page under the comment with this text. */
export function blockOf(page: string, comment: string): string {
  const [, after] = read(page).split(`<!-- ${comment} -->\n`)
  const block = /^( *)```\w+\n(.*?)^ *```$/ms.exec(after ?? '')
  if (!after || block?.index !== 0) throw new Error(`${page} has no block under <!-- ${comment} -->`)
  return block[2] as string
}

/** Runs code with these names in its scope, and returns what it returns. */
export function execute(code: string, scope: Record<string, unknown>): Promise<unknown> {
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<unknown>
  return new AsyncFunction(...Object.keys(scope), code)(...Object.values(scope))
}
