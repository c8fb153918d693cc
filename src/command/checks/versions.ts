import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { driverFault } from '../../store/driver-version.js'
import { howToInstall, prismaMajor } from '../../store/prisma-version.js'
import type { Provider } from '../drivers/connection.js'
import type { Finding } from '../finding.js'
import { adapterFor } from '../mounting.js'
import { packageIn } from '../package.js'

const wrong = (what: string, mend: string, why?: string): Finding => {
  return { level: 'wrong', about: 'versions', what, mend, ...(why && { why }) }
}

/** Looks at Node.js and at what is installed in the app. */
export function checkVersions(cwd: string, provider: Provider | undefined, node = process.versions.node): Finding[] {
  return [
    ...checkNode(node),
    ...checkPrisma(cwd),
    ...checkExpress(cwd),
    ...(provider ? checkAdapter(cwd, provider) : []),
  ]
}

function checkNode(version: string): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return []
  return [wrong(`this is Node.js ${version}`, 'take 20.19 or a later 20, 22.12 or a later 22, or 24 and newer')]
}

function checkPrisma(cwd: string): Finding[] {
  const [client, cli] = [versionOf(cwd, '@prisma/client'), versionOf(cwd, 'prisma')]
  if (!client) return [wrong('@prisma/client is not installed here', howToInstall)]
  if (Number.parseInt(client, 10) < prismaMajor) {
    return [
      wrong(
        `@prisma/client is of ${client}, and ${prismaMajor} is needed`,
        `${howToInstall}; then: npx prisma generate`,
      ),
    ]
  }
  if (!cli || cli === client) return []
  const mend = `npm install @prisma/client@${client} && npm install --save-dev prisma@${client}`
  return [{ level: 'advice', about: 'versions', what: `prisma is of ${cli}, and @prisma/client of ${client}`, mend }]
}

function checkExpress(cwd: string): Finding[] {
  const version = versionOf(cwd, 'express')
  if (!version) return [wrong('express is not installed here', 'npm install express')]
  const major = Number.parseInt(version, 10)
  return major === 4 || major === 5 ? [] : [wrong(`express is of ${version}`, 'npm install express@5 (4 is good, too)')]
}

function checkAdapter(cwd: string, provider: Provider): Finding[] {
  const { name, install } = adapterFor(provider)
  if (!versionOf(cwd, name)) {
    const other = versionOf(cwd, '@prisma/adapter-better-sqlite3')
    const why = 'it runs queries from outside inside whatever transaction is open, and a start is refused'
    if (provider === 'sqlite' && other)
      return [wrong('the adapter is @prisma/adapter-better-sqlite3', `npm install ${install}`, why)]
    return [wrong(`${name} is not installed here`, `npm install ${install}`)]
  }
  const fault = driverFault(name, [join(cwd, 'package.json')])
  return fault ? [wrong(fault.what, fault.mend)] : []
}

/** The version of a package as the app finds it; nothing where it does not. */
function versionOf(cwd: string, name: string): string | undefined {
  for (const folder of createRequire(join(cwd, 'package.json')).resolve.paths(name) ?? []) {
    if (existsSync(join(folder, name, 'package.json'))) return String(packageIn(join(folder, name)).version)
  }
  return undefined
}
