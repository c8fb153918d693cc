// For Vitest and node:test alike.
import { createRequire } from 'node:module'

const { test } = globalThis.test ? globalThis : await import('node:test')
const esm = await import('./host.mjs')
const commonJs = createRequire(import.meta.url)('./host.cjs')

test('a host of ES modules', () => esm.host())
test('a host in CommonJS', () => commonJs.host())
