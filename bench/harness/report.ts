import { readFile, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import type { Report, Table, Target, Workload } from '../workload.js'
import { describePostgresql } from './databases.js'
import { machine } from './recorded.js'

const row = (cells: (string | number)[]): string => `| ${cells.join(' | ')} |`

const tableText = ({ title, columns, rows }: Table): string =>
  [`**${title}**`, '', row(columns), row(columns.map((_, n) => (n === 0 ? '---' : '--:'))), ...rows.map(row)].join('\n')

const targetRow = ({ what, target, measured, met, why }: Target): string =>
  row([what, target, measured, met ? 'met' : `missed${why ? `: ${why}` : ''}`])

const targetsText = (targets: Target[]): string =>
  [row(['', 'target', 'measured', '']), row(['---', '---', '---', '---']), ...targets.map(targetRow)].join('\n')

export const printed = ({ tables, targets, notes = [] }: Report): string =>
  [...tables.map(tableText), ...(targets.length > 0 ? [targetsText(targets)] : []), ...notes].join('\n\n')

function section({ name, title, about }: Workload, report: Report | undefined): string {
  const { tables = [], pictures = [], notes = [] } = report ?? { notes: ['It failed in this run.'] }
  const shown = pictures.map(({ file, shows }) => `![${shows}](${file})`)
  const parts = [`## ${title}`, `\`npm run bench -- ${name}\``, about, ...shown, ...tables.map(tableText), ...notes]
  return parts.join('\n\n')
}

/** The document of a whole run. */
async function markdown(workloads: Workload[], reports: Map<string, Report>): Promise<string> {
  const date = new Date().toISOString().slice(0, 10)
  const memory = Math.round(totalmem() / 2 ** 30)
  const system = `${machine}, ${memory} GiB, Node ${process.versions.node}, ${await describePostgresql()}`
  const targets = workloads.flatMap(({ name }) => reports.get(name)?.targets ?? [])
  const sections = workloads.map((workload) => section(workload, reports.get(workload.name)))
  return `# Performance

Written by \`npm run bench\` on ${date}; run it yourself. ${system}.

Server, load generator and database share the machine and talk over its loopback. Contenders take turns, A B A B; each number
is the median of the rounds, and each ratio the median of the ratios in each round: they hold better than the numbers do.
Messages have 150 bytes of text.

It compares with what you would write or run instead: bare \`ws\`, socket.io, a hand-written Express handler on Prisma and on \`pg\`,
the bare driver, and rooms of ejabberd and prosody if they are installed (\`apt-get install ejabberd erlang-p1-pgsql prosody\`). It
needs a PostgreSQL on which it may create databases (\`BENCH_POSTGRES_URL\`, else the one of the tests), and drops them again.
\`npm run bench -- scale\` also takes Redis (\`BENCH_REDIS_URL\`), if one answers. \`npm run bench -- --help\` lists the workloads.

## Targets

${targetsText(targets)}

${sections.join('\n\n')}

${wayOn}
`
}

const file = 'docs/performance.md'

/** The last line of the document. */
const wayOn =
  '**Read on:** [why it is built this way](design.md), [several servers](several-servers.md), [databases](databases.md).'

/** Writes the document of a whole run, and the pictures in it. */
export async function writeDocument(workloads: Workload[], reports: Map<string, Report>): Promise<void> {
  await writeFile(file, await markdown(workloads, reports))
  for (const report of reports.values()) await writePictures(report)
}

/** Puts one workload's section into the document of an earlier run, at its place, and its targets among the others. */
export async function writeSection(workloads: Workload[], workload: Workload, report: Report): Promise<void> {
  const [head = '', ...sections] = (await readFile(file, 'utf8')).replace(wayOn, '').trimEnd().split(/^## /m)
  const at = (title: string | undefined) => sections.findIndex((text) => text.startsWith(`${title}\n`))
  const targets = at('Targets')
  sections[targets] = withTargets(sections[targets] ?? '', report.targets)
  const place = at(workload.title)
  const before = at(workloads[workloads.indexOf(workload) - 1]?.title ?? 'Targets')
  const own = section(workload, report).replace(/^## /, '')
  if (place < 0) sections.splice(before + 1, 0, own)
  else sections[place] = own
  await writeFile(file, `${[head.trimEnd(), ...sections.map((text) => text.trimEnd())].join('\n\n## ')}\n\n${wayOn}\n`)
  await writePictures(report)
}

/** The rows of the same name anew, and those that are new at the end. */
function withTargets(text: string, targets: Target[]): string {
  const rows = text.trimEnd().split('\n')
  for (const target of targets) {
    const at = rows.findIndex((each) => each.startsWith(`| ${target.what} |`))
    rows.splice(at < 0 ? rows.length : at, at < 0 ? 0 : 1, targetRow(target))
  }
  return rows.join('\n')
}

async function writePictures({ pictures = [] }: Report): Promise<void> {
  for (const picture of pictures) await writeFile(`docs/${picture.file}`, picture.svg)
}
