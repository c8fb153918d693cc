import type { TestProject } from 'vitest/node'
import { buildPage } from '../examples/demo/page.js'
import { describeBrowser, findBrowser, isRequired } from './browser.js'
import type { DatabaseName } from './databases/engine.js'
import { engines } from './databases/engines.js'
import { newRun } from './databases/names.js'
import { describeServer, findServers, missingOnes } from './databases/servers.js'

declare module 'vitest' {
  interface ProvidedContext {
    run: string
    databases: { name: DatabaseName; place: string }[]
    /** Where Redis is; empty where there is none. */
    redis: string
    /** Where Chromium is; empty where there is none. */
    chromium: string
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

  const databases = servers.flatMap(({ name, place, found }) => {
    return name === 'redis' || 'missing' in found ? [] : [{ name, place, engine: engines[name](place, run) }]
  })
  // Once, rather than by each test that starts the demo; those tell what is wrong with it.
  const bundling = buildPage().catch(() => undefined)
  await Promise.all([bundling, ...databases.map(({ engine }) => engine.prepare())])
  project.provide('run', run)
  const redis = servers.find(({ name }) => name === 'redis')
  project.provide('redis', redis && 'version' in redis.found ? redis.place : '')
  project.provide('chromium', 'path' in browser ? browser.path : '')
  project.provide(
    'databases',
    databases.map(({ name, place }) => ({ name, place })),
  )
  return async () => {
    await Promise.all(databases.map(({ engine }) => engine.clean()))
  }
}
