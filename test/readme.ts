import { readFileSync } from 'node:fs'

export const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The code of the README under the comment with this text. */
export function readmeBlock(comment: string): string {
  const [, after] = readme.split(`<!-- ${comment} -->\n`)
  const block = /^```\w+\n(.*?)^```$/ms.exec(after ?? '')
  if (!after || block?.index !== 0) throw new Error(`the README has no block under <!-- ${comment} -->`)
  return block[1] as string
}
