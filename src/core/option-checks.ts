/** Refuses, with the mend, what an option cannot be. `name` is how the host wrote it, as `limits.textLength`. */
export interface Check {
  (value: unknown, name: string): void
  /** Of an object: the checks of its keys. */
  readonly checks?: Readonly<Record<string, Check>>
}

/** A check for each key that there is: an option that nobody checks does not compile. */
export type Checks<Options> = { readonly [key in keyof Required<Options>]: Check }

/** Throws what is wrong with an option, and how to mend it. */
export function refuse(name: string, value: unknown, mend: string): never {
  throw new TypeError(`express-chat: ${name} is ${shown(value)}; ${mend}`)
}

/** Texts are not shown, but for short ones: a secret may stand in the wrong place. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? 'a text' : JSON.stringify(value)
  if (typeof value === 'function') return isAsync(value) ? 'an async function' : 'a function'
  if (Array.isArray(value)) return 'a list'
  if (isPromise(value)) return 'a promise'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

export const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'

/** Whether it can be seen that a function gives a promise: not where it was compiled for engines without `async`. */
const isAsync = (value: unknown): boolean => /^\[object Async/.test(Object.prototype.toString.call(value))

/** Where a check passes whatever is given, because something else looks at it. */
export const anything: Check = () => undefined

export const text =
  (mend: string): Check =>
  (value, name) => {
    if (typeof value !== 'string' || value === '') refuse(name, value, mend)
  }

export const bool: Check = (value, name) => {
  if (typeof value !== 'boolean') refuse(name, value, 'give true or false')
}

export const number =
  (least: number, most: number, orFalse = false): Check =>
  (value, name) => {
    if (orFalse && value === false) return
    if (typeof value === 'number' && value >= least && value <= most) return
    refuse(name, value, `give ${least} to ${most}${orFalse ? ', or false' : ''}`)
  }

export const whole =
  (least: number, most: number): Check =>
  (value, name) => {
    number(least, most)(value, name)
    if (!Number.isInteger(value)) refuse(name, value, `give a whole number from ${least} to ${most}`)
  }

export const oneOf =
  (...words: readonly string[]): Check =>
  (value, name) => {
    if (!words.includes(value as string)) refuse(name, value, `give ${words.join(', ')}`)
  }

export const func =
  (mend: string): Check =>
  (value, name) => {
    if (typeof value !== 'function') refuse(name, value, mend)
  }

/** A function whose answer is taken as it is: a promise would always be true. */
export const syncFunc =
  (mend: string): Check =>
  (value, name) => {
    if (typeof value !== 'function') refuse(name, value, mend)
    if (isAsync(value)) refuse(name, value, `its promise would not be waited for; ${mend}`)
  }

export const list =
  (each: Check, mend: string): Check =>
  (value, name) => {
    if (!Array.isArray(value)) refuse(name, value, mend)
    for (const [n, item] of value.entries()) each(item, `${name}[${n}]`)
  }

/** Something of the host's making, a class of its own for example: these methods it must have, and those it may. */
export const having =
  (methods: readonly string[], mend: string, optional: readonly string[] = []): Check =>
  (value, name) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) refuse(name, value, mend)
    for (const method of [...methods, ...optional]) {
      const found: unknown = Reflect.get(value, method)
      if (typeof found === 'function' || (found === undefined && optional.includes(method))) continue
      const what = found === undefined ? 'has no method' : `has something else than a method as`
      throw new TypeError(`express-chat: ${name} ${what} ${method}; ${mend}`)
    }
  }

/** An object with these keys and no others, some of which must be given. */
export function object<Options extends object>(
  checks: Checks<Options>,
  { required = [], mend = 'give an object' }: { required?: readonly (keyof Options)[]; mend?: string } = {},
): Check {
  const known = checks as Readonly<Record<string, Check>>
  const check = (value: unknown, name: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(name, value, mend)
    const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value))
    // An instance of a class of the host's may hold what it needs for itself.
    const unknown = isPlain && Object.keys(value).find((key) => !Object.hasOwn(known, key))
    if (unknown)
      throw new TypeError(`express-chat: there is no option ${pathOf(name, unknown)}; ${nearest(known, unknown, name)}`)
    for (const [key, check] of Object.entries(known)) {
      const given: unknown = Reflect.get(value, key)
      if (given !== undefined || required.includes(key as keyof Options)) check(given, pathOf(name, key))
    }
  }
  return Object.assign(check, { checks: known })
}

const pathOf = (name: string, key: string): string => (name === '' ? key : `${name}.${key}`)

/** The options of one of the library's functions, as `diskStorage`; `example` is how it is called. */
export function checkCall(name: string, options: unknown, check: Check, example: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`express-chat: ${name} was given ${shown(options)}; call ${example}`)
  }
  check(options, name === 'createChatRouter' ? '' : name)
}

/** The key that was probably meant, here or further inside; else all that there are. */
function nearest(known: Readonly<Record<string, Check>>, key: string, name: string): string {
  const candidates = pathsOf(known).map((path) => ({ path, distance: distanceOf(key, path.split('.').at(-1) ?? '') }))
  const [best] = candidates.sort((one, other) => one.distance - other.distance)
  if (best && best.distance <= Math.max(2, key.length * 0.4)) return `did you mean ${pathOf(name, best.path)}?`
  return `there are ${Object.keys(known).sort().join(', ')}`
}

/** Those of the same object first. */
function pathsOf(known: Readonly<Record<string, Check>>): string[] {
  const inside = Object.entries(known).flatMap(([key, { checks = {} }]) =>
    pathsOf(checks).map((path) => `${key}.${path}`),
  )
  return [...Object.keys(known), ...inside]
}

/** How many letters must be put in, taken out or changed: Levenshtein's distance, whatever the case. */
function distanceOf(one: string, other: string): number {
  const [from, to] = [one.toLowerCase(), other.toLowerCase()]
  let row = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
