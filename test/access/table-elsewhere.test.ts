import { describe } from 'vitest'
import { databases } from '../databases.js'
import { itAnswersAsTheTableSays } from './table-on.js'

// A file of its own, so that it runs beside the one of the first database.
describe.each(databases.slice(1))('on $name', (database) => {
  itAnswersAsTheTableSays(database, 1)
})
