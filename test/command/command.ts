import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { onTestFinished } from 'vitest'
import { main } from '../../src/command/main.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const empty = mkdtempSync(join(tmpdir(), 'express-chat-nowhere-'))
process.once('exit', () => rmSync(empty, { recursive: true, force: true }))

export interface Ended {
  code: number | null
  /** What it printed. */
  out: string
  /** What it complained of. */
  err: string
}

export interface Calling {
  cwd?: string
  env?: Record<string, string>
}

/** Runs the command in this process, as if it were called in an empty folder and environment. */
export async function call(args: string[], { cwd = empty, env = {} }: Calling = {}): Promise<Ended> {
  const [out, err]: string[][] = [[], []]
  const code = await main(args, { cwd, env, print: (text) => out?.push(text), complain: (text) => err?.push(text) })
  return { code, out: `${out?.join('\n')}`, err: `${err?.join('\n')}` }
}

let bundled: Promise<string> | undefined

/** The command in one file, as it is shipped. */
function bundle(): Promise<string> {
  bundled ??= (async () => {
    const outfile = join(root, 'node_modules/.cache/express-chat-tests', `command-${process.pid}.mjs`)
    const platform = { platform: 'node', format: 'esm', target: 'node20', packages: 'external' } as const
    await build({
      entryPoints: [join(root, 'src/command/index.ts')],
      outfile,
      bundle: true,
      ...platform,
      logLevel: 'error',
    })
    process.once('exit', () => rmSync(outfile, { force: true }))
    return outfile
  })()
  return bundled
}

/** Starts the command in a process of its own. */
export async function start(
  args: string[],
  { cwd = empty, env = {} }: Calling = {},
): Promise<{ child: ChildProcess; ended: Promise<Ended> }> {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [await bundle(), ...args], { cwd, env: { PATH, ...env } })
  const ended = new Promise<Ended>((resolve) => {
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    child.once('close', (code) => resolve({ code, out, err }))
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, ended }
}
