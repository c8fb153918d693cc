/** The copies that `together` is changing, and that nobody else has seen. */
let drafts: WeakSet<object> | undefined

/**
 * Makes many changes as one: what they change is copied once, not once for each of them. Only what `change` returns in the
 * end may be kept.
 */
export function together<T>(change: () => T): T {
  drafts = new WeakSet()
  try {
    return change()
  } finally {
    drafts = undefined
  }
}

/** What may be changed in place of `known`: a copy, unless it is one already. */
export function draftOf<T extends object>(known: T, copy: (known: T) => T): T {
  if (drafts?.has(known)) return known
  const draft = copy(known)
  drafts?.add(draft)
  return draft
}

export const copyMap = <T>(map: Map<string, T>): Map<string, T> => new Map(map)
