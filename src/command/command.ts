import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What a command has around it. */
export interface Surroundings {
  /** The folder that it was called in. */
  cwd: string
  env: Record<string, string | undefined>
  /** What was asked for, for people and for pipes. */
  print(text: string): void
  /** What went wrong. */
  complain(text: string): void
}

export interface Command {
  /** What it is for, in a line. */
  summary: string
  /** Its options, for who asks for help. */
  help: string
  /** Gives the exit code: 0 where all is well, 1 where something is to be done. */
  run(args: string[], around: Surroundings): Promise<number>
}

/** Ends a command with a sentence that says what to do, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** The command was called in a way that it does not know. */
export class UsageError extends CommandError {}

/** The options of a command; there is nothing else to give it. */
export function optionsOf<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    const [reason] = String((error as Error).message).split('. ')
    throw new UsageError(String(reason))
  }
}
