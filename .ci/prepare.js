// npm runs this wherever it makes a package of this folder, as it does for `npm install git+…`; and, for nothing, in a clone
// after each `npm ci`. Only the first has to build.
import { execSync } from 'node:child_process'
import { existsSync } from 'node:fs'

if (process.env.npm_package_resolved && !existsSync('dist')) execSync('npm run build', { stdio: 'inherit' })
