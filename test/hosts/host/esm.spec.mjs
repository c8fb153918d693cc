// For Jest, with the flag that it needs for ES modules.
import { host } from './host.mjs'

test('a host of ES modules', host)
