// What the page of the API can do with a script: it is put into assets.ts by `npm run generate`.
import { one } from './dom.js'
import { prepareCode, prepareEntries, prepareReferences } from './reading.js'
import { prepareSearch } from './search.js'
import { showSignIn } from './session.js'
import { showConsole } from './socket-console.js'

prepareCode()
showSignIn()
showConsole()
prepareReferences()
prepareSearch()
prepareEntries()

// On a phone the contents would stand before everything else.
const contents = one<HTMLDetailsElement>('.contents')
const fold = () => {
  if (contents && matchMedia('(max-width: 55rem)').matches) contents.open = false
}
addEventListener('hashchange', fold)
fold()
