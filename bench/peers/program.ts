/** What is a program's own while it runs. */
export interface Place {
  folder: string
  port: number
}

/** A server that is not node's, as it is started. */
export interface Program {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** Written into its folder first. */
  files: Record<string, string>
}
