#!/usr/bin/env node
import { main } from './main.js'

// Not process.exit: what was printed into a pipe would be cut off.
process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  print: (text) => console.log(text),
  complain: (text) => console.error(text),
})
