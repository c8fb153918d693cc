import type { TestProject } from 'vitest/node'
import { newRun } from '../databases/names.js'
import { prepareDatabases } from '../databases/prepare.js'
import { findServers } from '../databases/servers.js'

/** SQLite alone: thousands of runs must not each take the time of three databases and a browser. */
export async function setup(project: TestProject) {
  const run = newRun()
  project.provide('chromium', '')
  const servers = await findServers(run)
  return prepareDatabases(
    project,
    run,
    servers.filter(({ name }) => name === 'sqlite'),
  )
}
