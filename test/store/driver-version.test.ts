import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../src/store/client.js'
import { driverComplaint } from '../../src/store/driver-version.js'

const clientOn = (adapterName: string) => ({ _engineConfig: { adapter: { adapterName } } }) as unknown as Client

/** The package.json of an app that has these packages installed. */
function appWith(packages: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'express-chat-driver-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, version] of Object.entries(packages)) {
    const folder = join(root, 'node_modules', path)
    mkdirSync(join(folder, 'lib'), { recursive: true })
    const name = path.split('node_modules/').at(-1)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, main: 'lib/node.js' }))
    writeFileSync(join(folder, 'lib', 'node.js'), '')
  }
  return join(root, 'package.json')
}

const complaintIn = (packages: Record<string, string>, adapter = '@prisma/adapter-libsql') =>
  driverComplaint(clientOn(adapter), [appWith(packages)])

describe('mariadb', () => {
  const complaint = (version: string) =>
    complaintIn({ '@prisma/adapter-mariadb': '7.10.0', mariadb: version }, '@prisma/adapter-mariadb')

  it.each(['2.5.6', '3.4.5', '3.4.7'])('%s is complained about, with the mend', (version) => {
    expect(complaint(version)).toMatch(
      /^express-chat: mariadb \S+ leaves a .*\{"@prisma\/adapter-mariadb":\{"mariadb":"\^3\.5\.0"\}\}; then run: npm install @prisma\/adapter-mariadb@7 /,
    )
  })

  it.each(['3.5.1', '4.0.0'])('%s is fine', (version) => {
    expect(complaint(version)).toBeUndefined()
  })
})

describe('@libsql/client', () => {
  it('below 0.18 is complained about, with the mend', () => {
    expect(complaintIn({ '@prisma/adapter-libsql': '7.10.0', '@libsql/client': '0.17.4' })).toMatch(
      /@libsql\/client 0\.17\.4 keeps a file open .* "overrides": \{"@prisma\/adapter-libsql".*; then run: npm install @prisma\/adapter-libsql@7 /,
    )
  })

  it('is that of the adapter, whatever the app itself has', () => {
    const nested = '@prisma/adapter-libsql/node_modules/@libsql/client'
    const packages = { '@prisma/adapter-libsql': '7.10.0', '@libsql/client': '0.18.0' }
    expect(complaintIn({ ...packages, [nested]: '0.8.1' })).toContain('@libsql/client 0.8.1')
    expect(complaintIn({ ...packages, '@libsql/client': '0.17.0', [nested]: '0.18.2' })).toBeUndefined()
  })

  it.each(['0.18.0', '0.20.1', '1.0.0'])('%s is fine', (version) => {
    expect(complaintIn({ '@prisma/adapter-libsql': '7.10.0', '@libsql/client': version })).toBeUndefined()
  })

  it('is nobody’s business where another adapter is used, or where it cannot be found', () => {
    const packages = { '@prisma/adapter-libsql': '7.10.0', '@libsql/client': '0.17.4' }
    expect(complaintIn(packages, '@prisma/adapter-pg')).toBeUndefined()
    expect(complaintIn({})).toBeUndefined()
  })
})
