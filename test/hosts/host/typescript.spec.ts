// For ts-jest; host.ts is host.mjs by another name.
import { host } from './host'

test('a host in TypeScript', host)
