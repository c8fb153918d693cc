import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestDatabase } from '../databases.js'
import { longMs } from '../patience.js'
import { type Answered, ask, comparable, idsOf, never, summary } from './ask.js'
import { type Place, places, type Target } from './askers.js'
import { isInside, type Question, questionsOf } from './standings.js'
import { commandRows, type Row, routeRows } from './table.js'
import { World } from './world.js'

interface Cell extends Question {
  name: string
  target: Target
}

const cellsOf = (world: World, row: Row, where: readonly Place[]): Cell[] =>
  questionsOf(row, where).map((question) => {
    const { place, who } = question
    const target = world.target(place === 'anywhere' ? 'group' : place, who, row.whose ?? 'others')
    return { ...question, name: `${place}: ${who}`, target }
  })

/** Where everybody is asked on the first database, and on one that comes later. */
export function placesOn(nth: number, { on }: Row): readonly Place[] {
  if (nth === 0) return places
  return on.includes('/') ? ['group'] : ['public']
}

const isRefused = ({ expected }: Cell): boolean => expected.includes(' ')

/** Ids of things inside a room; `me` is in every room of one's own. */
function foreignIdsOf(row: Row): (keyof Target)[] {
  const ids = idsOf(row)
  if (!ids.includes('roomId')) return []
  return ids.filter((name) => name !== 'roomId' && !(name === 'userId' && (row.whose === 'own' || row.outsiders)))
}

/** Whoever asks second finds some things done, and so is asked once all is as it was: one in each room at a time. */
function turnsOf(row: Row, cells: Cell[]): Cell[][] {
  if (!row.once) return cells.length > 0 ? [cells] : []
  const turns: Cell[][] = []
  for (const cell of cells) {
    const turn = turns.find((turn) => turn.every(({ target }) => target.roomId !== cell.target.roomId))
    if (turn) turn.push(cell)
    else turns.push([cell])
  }
  return turns
}

export const allRows = [...routeRows, ...commandRows]
const isRead = ({ on, isAudited }: Row): boolean => on.startsWith('GET ') && !isAudited
const named = (rows: Row[]) => rows.map((row) => [row.what ? `${row.on} (${row.what})` : row.on, row] as const)

/**
 * Asks everybody about every row. What a rule makes of a kind of room is no matter of the database: one that comes second
 * is asked about groups over HTTP and about public channels over the socket.
 */
export function itAnswersAsTheTableSays(database: TestDatabase, nth: number): void {
  let world: World
  // A world of so many people and rooms takes its time to make, more so beside a load.
  beforeAll(async () => {
    world = await World.withCrowd(database)
  }, longMs)
  afterAll(() => world?.close())

  describe.each(named(allRows))('%s', (_, row) => {
    it('answers everybody as the table says; a refusal writes nothing and tells nothing', async () => {
      await world.grant(row.needs)
      const cells = cellsOf(world, row, placesOn(nth, row))
      const isQuiet = (cell: Cell) => isRefused(cell) || isRead(row)
      const answers = new Map<Cell, Answered>()
      const askAbout = async (some: Cell[]) => {
        const asking = some.map(async (cell) => answers.set(cell, await ask(world, cell.who, row, cell.target)))
        await Promise.all(asking)
      }
      await askAbout(cells.filter(isQuiet))
      const written = await world.settle()
      const granted = cells.filter((cell) => !isQuiet(cell))
      for (const some of turnsOf(row, granted)) {
        await askAbout(some)
        await world.settle()
      }
      const said = cells.map((cell) => [cell.name, summary(answers.get(cell))])
      expect(Object.fromEntries(said)).toEqual(Object.fromEntries(cells.map(({ name, expected }) => [name, expected])))
      expect(written).toEqual([])
      for (const [{ name, who, expected }, { status, body }] of answers) {
        if (who !== 'without' || status !== 403 || expected !== '403 forbidden') continue
        if (row.needs) expect(body.detail, name).toContain(row.needs)
      }
      await expectNothingTold(row, answers)
    })

    /** Who may not know of a room is answered as if it had never been. */
    async function expectNothingTold(row: Row, answers: Map<Cell, Answered>): Promise<void> {
      const hidden = [...answers].filter(
        ([{ who, expected }]) => expected === '404 not_found' && !(row.explains && isInside(who)),
      )
      const all = [...new Set(hidden.map(([cell]) => cell.who))].map(async (who) => {
        const mine = hidden.filter(([cell]) => cell.who === who)
        const [{ target }] = mine[0] as [Cell, Answered]
        const [id = 'roomId'] = idsOf(row)
        const invented = comparable(await ask(world, who, row, never(target, id)))
        for (const [{ name }, answer] of mine) expect(comparable(answer), name).toEqual(invented)
      })
      await Promise.all(all)
    }
  })

  describe.each(named(allRows.filter((row) => foreignIdsOf(row).length > 0)))('%s', (_, row) => {
    it('knows nothing of other rooms under the id of one’s own', async () => {
      const foreign = world.target('group', 'other', 'others')
      for (const name of foreignIdsOf(row)) {
        const mixed = { ...world.elsewhere(row.whose ?? 'others'), [name]: foreign[name] }
        const answer = await ask(world, 'other', row, mixed)
        expect(answer.status, name).toBeGreaterThanOrEqual(400)
        expect(comparable(answer), name).toEqual(comparable(await ask(world, 'other', row, never(mixed, name))))
      }
      expect(await world.settle()).toEqual([])
    })
  })
}
