import { causeOf } from '../store/diagnosis.js'
import { type Command, CommandError, type Surroundings, UsageError } from './command.js'
import { demo } from './demo.js'
import { doctor } from './doctor.js'
import { init } from './init.js'
import { migrate } from './migrate.js'
import { installed } from './package.js'

const commands: Record<string, Command> = { init, migrate, doctor, demo }

const help = (): string => `express-chat ${installed().version}

  npx express-chat <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`)
  .join('\n')}

  npx express-chat <command> --help   says what its options are.
  Exit codes: 0 all is well, 1 there is something to do, 2 it was called in a way that it does not know.`

/** Runs what the arguments name, and gives the exit code. */
export async function main([name = '--help', ...args]: string[], around: Surroundings): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (name === '--version' || name === '-v') around.print(installed().version)
  else if (name === '--help' || name === '-h' || name === 'help') around.print(help())
  else if (!command) around.complain(`express-chat has no command "${name}".\n\n${help()}`)
  else if (args.includes('--help') || args.includes('-h')) around.print(command.help)
  else return ended(command, name, args, around)
  return command || /^(-|help$)/.test(name) ? 0 : 2
}

async function ended(command: Command, name: string, args: string[], around: Surroundings): Promise<number> {
  try {
    return await command.run(args, around)
  } catch (error) {
    if (error instanceof UsageError) {
      around.complain(`express-chat ${name}: ${error.message}\n\n${command.help}`)
      return 2
    }
    around.complain(`express-chat ${name}: ${error instanceof CommandError ? error.message : causeOf(error)}`)
    return 1
  }
}
