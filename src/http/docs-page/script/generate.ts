import { writeFileSync } from 'node:fs'
import { bundled } from './bundle.js'

writeFileSync('src/http/docs-page/assets.ts', await bundled())
