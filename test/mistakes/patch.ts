/** A change to a copy of `src`: what is to be found stands there exactly once. */
export interface Patch {
  /** Below `src`. */
  file: string
  find: string
  replace: string
}

/** The text with the change; a patch that does not fit the text any more is an error, not a mistake that nobody makes. */
export function patched(text: string, { file, find, replace }: Patch): string {
  const count = text.split(find).length - 1
  if (count !== 1) throw new Error(`src/${file} holds this ${count} times, not once; write the mistake anew:\n${find}`)
  return text.replace(find, () => replace)
}
