/** One promise that every adapter keeps. `run` rejects where it does not. */
export interface ContractCase {
  name: string
  run(): Promise<void>
}
