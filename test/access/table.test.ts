import { describe, expect, it } from 'vitest'
import { documentsOf } from '../../src/http/documents.js'
import { routes } from '../../src/http/routes.js'
import { commandTable } from '../../src/realtime/commands.js'
import { databases } from '../databases.js'
import { questionsOf } from './standings.js'
import { commandRows, routeRows } from './table.js'
import { allRows, itAnswersAsTheTableSays, placesOn } from './table-on.js'

describe('the table', () => {
  it('has a row for every route, and a route for every row', () => {
    const paths = [
      ...routes.map(({ method, path }) => `${method} ${path}`),
      ...documentsOf(routes, '').map(({ path }) => `GET ${path}`),
    ]
    expect([...new Set(routeRows.map((row) => row.on))].sort()).toEqual(paths.sort())
  })

  it('makes more than 12,000 questions on three databases', () => {
    const asked = [0, 1, 2].map((nth) => allRows.flatMap((row) => questionsOf(row, placesOn(nth, row))).length)
    expect(asked.reduce((sum, count) => sum + count)).toBeGreaterThan(12_000)
  })

  it('has a row for every command, and a command for every row', () => {
    expect([...new Set(commandRows.map((row) => row.on))].sort()).toEqual(Object.keys(commandTable).sort())
  })
})

describe.each(databases.slice(0, 1))('on $name', (database) => {
  itAnswersAsTheTableSays(database, 0)
})
