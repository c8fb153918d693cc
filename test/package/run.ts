import { execFile } from 'node:child_process'

export interface Outcome {
  ok: boolean
  /** What it printed, both on its output and as errors. */
  output: string
}

/** Runs a program to its end; `ok` unless its exit code says otherwise. */
export function run(cwd: string, program: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd }, (error, stdout, stderr) => resolve({ ok: !error, output: `${stdout}${stderr}` }))
  })
}

/** The same where failing is the end of the test. */
export async function mustRun(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { ok, output } = await run(cwd, program, ...args)
  if (!ok) throw new Error(`${program} ${args.join(' ')}\n${output}`)
  return output
}
