import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const model = fileURLToPath(new URL('../../docs/model/room.pml', import.meta.url))
let folder = ''

/** What spin says of all orders of steps there are; it compiles the model in the folder where it runs. */
async function explored(
  ...mistakes: string[]
): Promise<{ errors: number; violated: string | undefined; all: boolean }> {
  const place = await mkdtemp(join(folder, 'run-'))
  await cp(model, join(place, 'room.pml'))
  const options = [...mistakes.map((mistake) => `-D${mistake}`), '-run', '-m100000', 'room.pml']
  const { stdout } = await promisify(execFile)('spin', options, { cwd: place, maxBuffer: 1e8 }).catch((error) => {
    if (error.code === 'ENOENT')
      throw new Error('This explores a model: install spin and gcc (apt-get install spin gcc)')
    throw error
  })
  return {
    errors: Number(/errors: (\d+)/.exec(stdout)?.[1]),
    violated: /assertion violated \((.*)\) \(at depth/.exec(stdout)?.[1],
    all: !stdout.includes('Search not completed'),
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'express-chat-model-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the model of a room', () => {
  it('has no order of steps in which a reader misses something, hears it twice, or hears it after their removal', async () => {
    expect(await explored()).toEqual({ errors: 0, violated: undefined, all: true })
  })

  it.each([
    ['a look goes back no further than the one before', 'OVERLAP=0', /delivered==revision/],
    ['a message is written though the room moved on', 'NO_CONDITION', /revision==seen/],
    ['what comes early is not held back', 'NO_FENCE', /isReaderOut/],
    ['a hint is taken for what it tells of', 'HINT_AS_TRUTH', /isReaderOut|delivered/],
  ])('has one where %s', async (_, mistake, violated) => {
    const found = await explored(mistake)
    expect(found.errors).toBe(1)
    expect(found.violated).toMatch(violated)
  })
})
