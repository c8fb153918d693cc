import { writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import type { Report, Table, Target, Workload } from '../workload.js'
import { describePostgresql } from './databases.js'

const row = (cells: (string | number)[]): string => `| ${cells.join(' | ')} |`

const tableText = ({ title, columns, rows }: Table): string =>
  [`**${title}**`, '', row(columns), row(columns.map((_, n) => (n === 0 ? '---' : '--:'))), ...rows.map(row)].join('\n')

const targetsText = (targets: Target[]): string =>
  [
    row(['', 'target', 'measured', '']),
    row(['---', '---', '---', '---']),
    ...targets.map(({ what, target, measured, met, why }) =>
      row([what, target, measured, met ? 'met' : `missed${why ? `: ${why}` : ''}`]),
    ),
  ].join('\n')

export const printed = ({ tables, targets, notes = [] }: Report): string =>
  [...tables.map(tableText), ...(targets.length > 0 ? [targetsText(targets)] : []), ...notes].join('\n\n')

/** The document of a whole run. */
export async function markdown(workloads: Workload[], reports: Map<string, Report>): Promise<string> {
  const date = new Date().toISOString().slice(0, 10)
  const memory = Math.round(totalmem() / 2 ** 30)
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GiB, Node ${process.versions.node}, ${await describePostgresql()}`
  const targets = workloads.flatMap(({ name }) => reports.get(name)?.targets ?? [])
  const sections = workloads.map(({ name, title, about }) => {
    const report = reports.get(name)
    const body = report ? [...report.tables.map(tableText), ...(report.notes ?? [])] : ['It failed in this run.']
    return `## ${title}\n\n\`npm run bench -- ${name}\`\n\n${about}\n\n${body.join('\n\n')}`
  })
  return `# Performance

Written by \`npm run bench\` on ${date}; run it yourself. ${machine}.

Server, load generator and database share the machine and talk over its loopback. Contenders take turns, A B A B; each number
is the median of the rounds, and each ratio the median of the ratios in each round: they hold better than the numbers do.
Messages have 150 bytes of text.

## Targets

${targetsText(targets)}

${sections.join('\n\n')}
`
}

export const writeDocument = (text: string): Promise<void> => writeFile('docs/performance.md', text)
