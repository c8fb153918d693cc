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

/** Lines without what all of them are indented by. */
function outdented(lines: readonly string[]): string {
  const indents = lines.filter((line) => line !== '').map((line) => line.length - line.trimStart().length)
  return lines.map((line) => line.slice(Math.min(...indents))).join('\n')
}

/** Whether a file has this code, however much it is indented there. */
export function stands(code: string, path: string): boolean {
  const wanted = code.trimEnd().split('\n')
  const lines = read(path).split('\n')
  return lines.some((_, at) => outdented(lines.slice(at, at + wanted.length)) === outdented(wanted))
}
