import type { TestProject } from 'vitest/node'
import { buildPage } from '../examples/demo/page.js'
import { describeBrowser, findBrowser, isRequired } from './browser.js'
import type { DatabaseName } from './databases/engine.js'
import { newRun } from './databases/names.js'
import { prepareDatabases } from './databases/prepare.js'
import { describeServer, findServers, missingOnes } from './databases/servers.js'
import { bundleDemo } from './examples/bundle.js'

declare module 'vitest' {
  interface ProvidedContext {
    run: string
    databases: { name: DatabaseName; place: string }[]
    /** The port of the PgBouncer of this run; 0 where there is none. */
    pgbouncer: number
    /** Where Redis is; empty where there is none. */
    redis: string
    /** Where Chromium is; empty where there is none. */
    chromium: string
    /** The demo's server in one file, made from what stood there when the run began; nothing where the tests have none. */
    demo?: string
  }
}

/** Finds the databases and the browser that are here, makes them ready, and says which the suites run on. */
export async function setup(project: TestProject) {
  const run = newRun()
  const [servers, browser] = await Promise.all([findServers(run), findBrowser()])
  const report = ['Databases of this run:', ...servers.map(describeServer), 'Browser:', describeBrowser(browser), '']
  console.log(report.join('\n'))
  const missing = missingOnes(servers)
  if (missing.length > 0) throw new Error(`Required, but missing:\n${missing.map(describeServer).join('\n')}`)
  if (isRequired(browser)) throw new Error(`Required:\n${describeBrowser(browser)}`)

  // Once, rather than by each test that starts the demo; those tell what is wrong with it.
  const bundling = Promise.allSettled([buildPage('production'), buildPage('development')])
  // Who watches the tests changes the server while they run.
  const server = project.config.watch ? undefined : await bundleDemo(run).catch(() => undefined)
  const [clean] = await Promise.all([prepareDatabases(project, run, servers), bundling])
  project.provide('chromium', 'path' in browser ? browser.path : '')
  project.provide('demo', server?.path)
  return async () => {
    await server?.remove()
    await clean()
  }
}
