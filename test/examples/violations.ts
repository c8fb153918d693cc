import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Visitor } from './visitor.js'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds wrong on a page, in short. */
export async function violations({ page }: Visitor): Promise<string[]> {
  // What appears moves for a moment, and has no full contrast yet.
  await page.evaluate('Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})))')
  await page.evaluate(await readFile(axe, 'utf8'))
  const found = await page.evaluate('axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)')
  type Violation = { id: string; nodes: { target: string[]; failureSummary: string }[] }
  return (found as Violation[]).flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`),
  )
}
