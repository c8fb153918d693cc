/** How long, how often and how large: the same workloads serve as a benchmark and, in seconds, as a check that they run. */
export interface Scale {
  quick: boolean
  /** Of one measurement. */
  seconds: number
  /** How often each contender has its turn. */
  rounds: number
  /** How many people and rooms `scale` has, where it is asked for other than its own. */
  people?: number
  rooms?: number
  /** Keep the figures for the next version to be compared with, and write what is told of them. */
  isRecorded?: boolean
}

/** A target of the project, and what was measured. */
export interface Target {
  what: string
  target: string
  measured: string
  met: boolean
  /** Why it is missed where it is: kept beside the workload, shown when it is. */
  why?: string
}

export interface Table {
  title: string
  columns: string[]
  rows: (string | number)[][]
}

/** Curves, in a file of their own below `docs`. */
export interface Picture {
  file: string
  /** What it shows, for whoever does not see it. */
  shows: string
  svg: string
}

export interface Report {
  tables: Table[]
  pictures?: Picture[]
  targets: Target[]
  /** What was left out here, and why. */
  notes?: string[]
}

export interface Workload {
  /** What `npm run bench -- name` calls it. */
  name: string
  title: string
  /** What is done, in a paragraph. */
  about: string
  run(scale: Scale): Promise<Report>
}
