import { endAll } from './harness/contenders.js'
import { dropAll } from './harness/databases.js'
import { markdown, printed, writeDocument } from './harness/report.js'
import type { Report, Scale } from './workload.js'
import { workloads } from './workloads.js'

const usage = `npm run bench [-- [--quick] [workload …]]

  ${workloads.map(({ name, title }) => `${name.padEnd(16)}${title}`).join('\n  ')}

Without a workload all are run, and docs/performance.md is written. --quick runs them small, in seconds, to see that they
run; its numbers mean nothing.`

const given = process.argv.slice(2)
const names = given.filter((argument) => !argument.startsWith('-'))
const chosen = names.length === 0 ? workloads : workloads.filter(({ name }) => names.includes(name))
if (given.includes('--help') || chosen.length < names.length) {
  console.log(usage)
  process.exit(given.includes('--help') ? 0 : 1)
}

const quick = given.includes('--quick')
const scale: Scale = quick ? { quick, seconds: 0.1, rounds: 1 } : { quick, seconds: 2, rounds: 3 }
const reports = new Map<string, Report>()
try {
  for (const workload of chosen) {
    const start = Date.now()
    const report = await workload.run(scale)
    reports.set(workload.name, report)
    console.log(`\n## ${workload.title} (${Math.round((Date.now() - start) / 1000)} s)\n\n${printed(report)}`)
  }
  if (names.length === 0 && !quick) await writeDocument(await markdown(workloads, reports))
} finally {
  await endAll()
  await dropAll()
}
