import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type Line, seed } from './settings.js'
import { tables } from './table.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests leave what the last table says. */
    report: string
  }
}

/** Prints the numbers of the run as the last thing. */
export function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'express-chat-chaos-report-'))
  const report = join(folder, 'lines')
  project.provide('report', report)
  console.log(`To repeat this run: CHAOS_SEED=${seed}\n`)
  process.env.CHAOS_SEED = String(seed)
  return () => {
    const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : []
    console.log(`\n${tables(lines.map((line): Line => JSON.parse(line)))}`)
    rmSync(folder, { recursive: true, force: true })
  }
}
