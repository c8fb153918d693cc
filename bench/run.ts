import { parseArgs } from 'node:util'
import { endAll } from './harness/contenders.js'
import { dropAll } from './harness/databases.js'
import { printed, writeDocument, writeSection } from './harness/report.js'
import type { Report, Scale } from './workload.js'
import { workloads } from './workloads.js'

const usage = `npm run bench [-- [--quick] [workload …]]

  ${workloads.map(({ name, title }) => `${name.padEnd(16)}${title}`).join('\n  ')}

Without a workload all are run, and docs/performance.md is written. --quick runs them small, in seconds, to see that they
run; its numbers mean nothing.

npm run bench -- scale [--people 4000] [--rooms 40000] [--record]

--record keeps the figures in bench/recorded, beside which the next version prints its own, and writes their section of
docs/performance.md and its pictures.`

function given() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        quick: { type: 'boolean' },
        record: { type: 'boolean' },
        people: { type: 'string' },
        rooms: { type: 'string' },
      },
    })
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(1)
  }
}

const { values, positionals: names } = given()
const chosen = names.length === 0 ? workloads : workloads.filter(({ name }) => names.includes(name))
if (values.help || chosen.length < names.length) {
  console.log(usage)
  process.exit(values.help ? 0 : 1)
}

const quick = values.quick ?? false
const scale: Scale = {
  quick,
  ...(quick ? { seconds: 0.1, rounds: 1 } : { seconds: 1.5, rounds: 3 }),
  ...(values.people ? { people: Number(values.people) } : {}),
  ...(values.rooms ? { rooms: Number(values.rooms) } : {}),
  isRecorded: (values.record ?? false) && !quick,
}
const reports = new Map<string, Report>()
for (const workload of chosen) {
  const start = Date.now()
  try {
    const report = await workload.run(scale)
    reports.set(workload.name, report)
    if (scale.isRecorded && names.length > 0) await writeSection(workloads, workload, report)
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
if (names.length === 0 && !quick) await writeDocument(workloads, reports)
process.exit()
