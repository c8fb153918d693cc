import type { Line } from './settings.js'

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)

const number = (value: number): string => value.toLocaleString('en-US')

/** Rows in columns, as Markdown. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, n) => Math.max(title.length, ...rows.map((row) => row[n]?.length ?? 0)))
  const line = (cells: string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** The numbers of a run, to be read and to be put into the documentation. */
export function tables(lines: Line[]): string {
  const runs = lines.flatMap((line) => (line.type === 'run' ? [line.numbers] : []))
  const mistakes = lines.flatMap((line) => (line.type === 'mistake' ? [line] : []))
  const parts: string[] = []
  if (runs.length > 0) {
    const faults = [...new Set(runs.flatMap((run) => Object.keys(run.faults)))].sort()
    const row = (title: string, of: (run: (typeof runs)[0]) => number, total = true) => [
      title,
      ...runs.map((run) => number(of(run))),
      total ? number(sum(runs.map(of))) : '',
    ]
    const rows = [
      row('seconds', (run) => run.seconds),
      row('messages acknowledged', (run) => run.acknowledged),
      row('messages stored', (run) => run.stored),
      row('events delivered', (run) => run.events),
      row('reconnects', (run) => run.reconnects),
      row('acknowledged after, p50 ms', (run) => run.p50, false),
      row('acknowledged after, p99 ms', (run) => run.p99, false),
      row('acknowledged after, slowest ms', (run) => run.slowest, false),
      row('most bytes queued for a reader', (run) => run.queuedBytes, false),
      row('faults', (run) => sum(Object.values(run.faults))),
      ...faults.map((fault) => row(`· ${fault}`, (run) => run.faults[fault] ?? 0)),
      row('violations', (run) => run.violations),
    ]
    parts.push(table([`seed ${runs[0]?.seed}`, ...runs.map(({ database }) => database), 'all'], rows))
  }
  if (mistakes.length > 0) {
    const rows = mistakes.map(({ name, caughtAs, count, acknowledged }) => [
      name,
      caughtAs,
      number(count),
      number(acknowledged),
    ])
    parts.push(table(['built-in mistake', 'caught as', 'times', 'messages'], rows))
  }
  return parts.join('\n\n')
}
