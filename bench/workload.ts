/** How long, how often and how large: the same workloads serve as a benchmark and, in seconds, as a check that they run. */
export interface Scale {
  quick: boolean
  /** Of one measurement. */
  seconds: number
  /** How often each contender has its turn. */
  rounds: number
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

export interface Report {
  tables: Table[]
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
