import { join } from 'node:path'

/** What `engines` in package.json names, and the packages that bring a binary of it. */
const ranges: Record<string, string> = { '20': '>=20.19 <21', '22': '>=22.12 <23', '24': '^24.0.0' }
const current = process.versions.node.split('.', 1)[0]

/** The versions of Node.js that hosts run on: this process's own, and the others out of packages of the registry. */
export const nodes = {
  versions: Object.keys(ranges),
  packages: Object.fromEntries(
    Object.entries(ranges)
      .filter(([version]) => version !== current)
      .map(([version, range]) => [`node${version}`, `npm:node-${process.platform}-${process.arch}@${range}`]),
  ),
  binary: (version: string, hosts: string): string =>
    version === current ? process.execPath : join(hosts, 'node_modules', `node${version}`, 'bin', 'node'),
}
