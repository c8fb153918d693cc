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
const scale: Scale = quick ? { quick, seconds: 0.1, rounds: 1 } : { quick, seconds: 1.5, rounds: 3 }
const reports = new Map<string, Report>()
for (const workload of chosen) {
  const start = Date.now()
  try {
    const report = await workload.run(scale)
    reports.set(workload.name, report)
    console.log(`\n## ${workload.title} (${Math.round((Date.now() - start) / 1000)} s)\n\n${printed(report)}`)
  } catch (error) {
    // The others are worth their while all the same.
    console.error(`\n## ${workload.title} failed`, error)
    process.exitCode = 1
  } finally {
    await endAll()
    await dropAll()
  }
}
if (names.length === 0 && !quick) await writeDocument(await markdown(workloads, reports))
process.exit()
