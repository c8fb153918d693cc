/** One promise that every adapter keeps. `run` rejects where it does not. */
export interface ContractCase {
  /** What it promises, in a few words. */
  name: string
  /** Tries it; rejects where the promise is not kept. */
  run(): Promise<void>
}
