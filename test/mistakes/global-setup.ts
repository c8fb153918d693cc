import type { TestProject } from 'vitest/node'
import { newRun } from '../databases/names.js'
import { prepareDatabases } from '../databases/prepare.js'
import { findServers } from '../databases/servers.js'

/** The databases that are here, and no browser: no mistake on the list needs one. */
export async function setup(project: TestProject) {
  const run = newRun()
  project.provide('chromium', '')
  return prepareDatabases(project, run, await findServers(run))
}
