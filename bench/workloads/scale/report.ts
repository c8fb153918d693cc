import type { Chart, Line } from '../../harness/chart.js'
import { svgOf } from '../../harness/chart.js'
import { roomSize } from '../../harness/crowd.js'
import { type BenchDatabase, databaseNames } from '../../harness/databases.js'
import type { Figures } from '../../harness/recorded.js'
import { atMost } from '../../harness/targets.js'
import { rounded } from '../../harness/text.js'
import type { Picture, Table, Target } from '../../workload.js'
import type { Size } from './population.js'
import { ratesOf } from './rates.js'
import { oneServer, type World } from './world.js'

/** One database with so many people in it, and how many servers talk to it. */
export interface Part {
  database: BenchDatabase['name']
  size: Size
  worlds: World[]
}

/** The name of a figure in the record. */
export const keyOf = ({ database, size }: Part, world: World, what: string): string =>
  `${database} ${size.people} people ${size.rooms} rooms, ${world.name}, ${what}`

const titleOf = ({ database, size }: Part): string =>
  `${databaseNames[database]}, ${rounded(size.people)} people in ${rounded(size.rooms)} rooms`

export function tablesOf(part: Part, figures: Figures, quick: boolean): Table[] {
  const { database, size, worlds } = part
  const each = rounded((size.rooms * roomSize) / size.people)
  const title = `${titleOf(part)}, each in ${each}`
  const across = (name: string, what: string) => [
    name,
    ...worlds.map((world) => figures.beside(keyOf(part, world, what))),
  ]
  const alone = (name: string, what: string) => [name, figures.beside(keyOf(part, oneServer, what))]
  const rates = ratesOf(size, quick)
  return [
    {
      title,
      columns: ['', ...worlds.map(({ name }) => name)],
      rows: [
        across('idle, servers, % of a core', 'idle server'),
        ...(database === 'postgresql' ? [across('idle, database, % of a core', 'idle database')] : []),
        ...rates.map((rate) => across(`${rounded(rate)} messages a second, p50, ms`, `p50 at ${rate}`)),
        ...rates.map((rate) => across(`${rounded(rate)} messages a second, p99, ms`, `p99 at ${rate}`)),
        across('after a deploy, until all are live, ms', 'storm live'),
        across('meanwhile, messages of others, p99, ms', 'storm p99'),
        across('attempts to connect that failed', 'storm retries'),
      ],
    },
    {
      title: `${title}: memory, and one user in ${rounded(Math.round(size.rooms / 4))} rooms`,
      columns: ['', oneServer.name],
      rows: [
        alone('resident with everybody, MiB', 'memory everybody'),
        alone('resident with as many people in no room, MiB', 'memory roomless'),
        alone('a person in no room, bytes of objects', 'memory person'),
        alone('a subscription, bytes of objects', 'memory subscription'),
        alone('one user, live, ms', 'one live'),
        alone('one user, 50 rooms to show, ms', 'one page'),
        alone('one user, all rooms, ms', 'one all'),
        alone('one user, live again after a cut, ms', 'one back'),
        alone('one user, CPU of the client for a message, µs', 'one event'),
      ],
    },
  ]
}

/** Whether the load itself kept its pace. */
export function noteOf(part: Part, figures: Figures, quick: boolean): string {
  const lates = part.worlds.flatMap((world) =>
    ratesOf(part.size, quick).map((rate) => figures.now(keyOf(part, world, `late at ${rate}`))),
  )
  const late = Math.max(...lates.filter(Number.isFinite))
  return `${titleOf(part)}: the load itself was late by ${rounded(late)} ms at most (p99), which counts as a wait.`
}

/** What the project wants of 4,000 people in 40,000 rooms. */
export function targetsOf(part: Part, figures: Figures): Target[] {
  const one = (what: string, figure: string, limit: number, unit: string, world = oneServer) =>
    atMost({ what: `Scale, ${what}`, measured: figures.now(keyOf(part, world, figure)), limit, unit })
  const idle = part.worlds
    .filter(({ servers }) => servers === 1)
    .flatMap((world) => [
      one(`${world.name}, idle server`, 'idle server', 2, '% of a core', world),
      one(`${world.name}, idle database`, 'idle database', 1, '% of a core', world),
    ])
  return [
    ...idle,
    one('resident with everybody connected', 'memory everybody', 250, 'MiB'),
    one('a subscription', 'memory subscription', 250, 'bytes'),
    one('500 messages a second, p99', 'p99 at 500', 60, 'ms'),
    one('after a deploy, until all are live', 'storm live', 10_000, 'ms'),
    one('after a deploy, messages of others, p99', 'storm p99', 250, 'ms'),
    one('one user in a quarter of the rooms, live', 'one live', 1000, 'ms'),
    one('one user in a quarter of the rooms, the first page', 'one page', 300, 'ms'),
    one('one user in a quarter of the rooms, back', 'one back', 500, 'ms'),
  ]
}

export function picturesOf(part: Part, figures: Figures, quick: boolean): Picture[] {
  const people = `${rounded(part.size.people)} people in ${rounded(part.size.rooms)} rooms`
  const rates = ratesOf(part.size, quick)
  const latency = (which: string): Chart => ({
    title: `${people}: ${which} from a message to its last receipt`,
    x: 'messages a second',
    y: 'ms',
    isLogarithmic: true,
    lines: linesOf(part, figures, rates, (rate) => `${which} at ${rate}`),
  })
  const tenths = Array.from({ length: 10 }, (_, n) => n + 1)
  const after: Chart = {
    title: `${rounded(Math.round(part.size.people * 1.25))} people come back after a deploy`,
    x: 'ms since their connections were lost',
    y: '% of them are live',
    lines: linesOf(part, figures, tenths, (tenth) => `storm tenth ${tenth}`).map(({ points, ...line }) => ({
      ...line,
      points: points.map(({ x, y }) => ({ x: y, y: 10 * x })),
    })),
  }
  return [
    picture('scale-p50.svg', latency('p50')),
    picture('scale-p99.svg', latency('p99')),
    picture('scale-deploy.svg', after),
  ]
}

const picture = (file: string, chart: Chart): Picture => ({ file, shows: chart.title, svg: svgOf(chart) })

/** Of each world, and of the version before. */
function linesOf(part: Part, figures: Figures, xs: number[], figure: (x: number) => string): Line[] {
  return part.worlds.flatMap((world) => {
    const line = (of: (key: string) => number) =>
      xs.map((x) => ({ x, y: of(keyOf(part, world, figure(x))) })).filter(({ y }) => y < 1e6)
    const before = line((key) => figures.was(key))
    return [
      { name: world.name, points: line((key) => figures.now(key)) },
      ...(before.length > 0 ? [{ name: world.name, points: before, isBefore: true }] : []),
    ]
  })
}
