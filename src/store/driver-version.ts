import { readFileSync } from 'node:fs'
// This imports the default export, because webpack follows a `createRequire` that is imported by name.
import nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import type { Client } from './client.js'
import { prismaMajor } from './prisma-version.js'
import { adapterOf } from './tables.js'

/** A driver of which a Prisma adapter pins a faulty version. */
interface Driver {
  adapter: string
  name: string
  /** The first major and minor version without the fault. */
  mended: readonly [number, number]
  harm: string
}

interface Fault {
  what: string
  mend: string
}

const drivers: readonly Driver[] = [
  {
    // Measured with 0.17.4.
    adapter: '@prisma/adapter-libsql',
    name: '@libsql/client',
    mended: [0, 18],
    harm: 'keeps a file open for each transaction until the process can open no more',
  },
  {
    // Seen with 3.4.5 on a server that was killed.
    adapter: '@prisma/adapter-mariadb',
    name: 'mariadb',
    mended: [3, 5],
    harm: 'leaves a rejection unhandled, and so ends the process, when the server goes away while a connection is made',
  },
]

/**
 * Says what is wrong with the driver of the host's adapter. The driver does not tell its version at run time, so the installed
 * package is read.
 */
export function driverComplaint(client: Client, places = [process.argv[1], join(process.cwd(), 'package.json')]) {
  const fault = driverFault(adapterOf(client)?.adapterName, places)
  return fault && `express-chat: ${fault.what}; ${fault.mend}`
}

/** The same of an adapter by its name, as the packages at the first of these places have it. */
export function driverFault(adapterName: unknown, places: (string | undefined)[]): Fault | undefined {
  const driver = drivers.find(({ adapter }) => adapter === adapterName)
  if (!driver) return undefined
  for (const place of places) {
    const version = place && versionFrom(place, driver)
    if (version) return isOld(version, driver) ? faultOf(version, driver) : undefined
  }
  return undefined
}

/** What package.json has to say so that an adapter gets a driver without the fault; nothing for an adapter that needs none. */
export function overridesFor(adapterName: string): string | undefined {
  const driver = drivers.find(({ adapter }) => adapter === adapterName)
  return driver && overridesOf(driver)
}

const overridesOf = ({ adapter, name, mended }: Driver): string =>
  `"overrides": ${JSON.stringify({ [adapter]: { [name]: `^${mended.join('.')}.0` } })}`

function faultOf(version: string, driver: Driver): Fault {
  const { adapter, name, mended, harm } = driver
  return {
    what: `${name} ${version} ${harm}`,
    mend: `take ${mended.join('.')} or newer, by this in your package.json: ${overridesOf(driver)}; then run: npm install ${adapter}@${prismaMajor} (npm install alone changes nothing that is installed)`,
  }
}

function isOld(version: string, { mended: [mendedMajor, mendedMinor] }: Driver): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < mendedMajor || (major === mendedMajor && minor < mendedMinor)
}

/** The version of the driver that the adapter uses, which may differ from the host's own. */
function versionFrom(place: string, driver: Driver): string | undefined {
  try {
    const adapter = nodeModule.createRequire(place).resolve(driver.adapter)
    let folder = dirname(nodeModule.createRequire(adapter).resolve(driver.name))
    while (folder !== dirname(folder)) {
      const { name, version } = packageIn(folder)
      if (name === driver.name) return version
      folder = dirname(folder)
    }
  } catch {
    // In a bundle there are no packages, so Node does not find one of that name.
  }
  return undefined
}

function packageIn(folder: string): { name?: string; version?: string } {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return {}
  }
}
