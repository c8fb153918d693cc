import { readFileSync, writeFileSync } from 'node:fs'
import { artifacts } from './artifacts.js'

for (const [path, text] of Object.entries(await artifacts(readFileSync('prisma/chat.prisma', 'utf8')))) {
  writeFileSync(path, text)
}
