import { problem } from '../../src/contract/problems.js'
import type { Field } from './hostile-fields.js'
import type { World } from './world.js'

export interface Heard {
  status: number
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read what came, whatever its shape
  body: any
}

/** Words of the inside that no answer may have. */
const inside =
  /prisma|sqlite|libsql|postgres|mysql|mariadb|invocation|select |insert |update |node_modules|\.[jt]s:\d|\n {4}at /i

/** What is wrong with an answer to a hostile request; undefined where nothing is. */
function faultOf({ status, text, body }: Heard, pointer?: string): string | undefined {
  if (status >= 500) return `is an accident: ${text}`
  if (status < 400) return undefined
  if (inside.test(text)) return `tells of the inside: ${text}`
  const parsed = problem.safeParse(body)
  if (!parsed.success || body.status !== status) return `is no problem: ${text.slice(0, 200)}`
  if (pointer === undefined) return undefined
  const pointers: string[] = (body.errors ?? []).map((part: { pointer: string }) => part.pointer)
  const points = pointers.length > 0 && pointers.every((each) => each === pointer || each.startsWith(`${pointer}/`))
  return points ? undefined : `points to ${pointers.join(', ') || 'nothing'}: ${text}`
}

/** Takes the answers to one hostile request after the other, and tells of each that is not as it must be. */
export class Inquiry {
  readonly #faults: string[] = []
  #accepted = false

  constructor(readonly world: World) {}

  /** Must be refused, with one of these statuses. */
  refused(what: string, answer: Heard, statuses: number[], pointer?: string): void {
    const { status, text } = answer
    const otherwise = statuses.includes(status) ? undefined : `is not ${statuses.join(' or ')}: ${text.slice(0, 200)}`
    this.#note(what, status, faultOf(answer, pointer) ?? otherwise)
  }

  /** May be taken or refused. */
  survived(what: string, answer: Heard): void {
    if (answer.status < 400) this.#accepted = true
    this.#note(what, answer.status, faultOf(answer))
  }

  #note(what: string, status: number, fault: string | undefined): void {
    if (fault) this.#faults.push(`${what.length > 120 ? `${what.slice(0, 120)}…` : what} → ${status}, which ${fault}`)
  }

  /** What is wrong, if anything. What was refused wrote nothing, and was no trouble to the host. */
  async ended(): Promise<string[]> {
    const written = await this.world.settle()
    const wronglyWritten = this.#accepted ? [] : written.map((table) => `a refusal wrote to ${table}`)
    const logged = this.world.logged.splice(0).map((said) => `the host was told: ${String(said)}`)
    return [...this.#faults, ...wronglyWritten, ...logged]
  }
}

/** 413 is for what is too large in itself; an id of nothing may be said to be absent. */
export const statusesFor = ({ type }: Field): number[] => (type === 'text' || type === 'texts' ? [400, 413] : [400])
