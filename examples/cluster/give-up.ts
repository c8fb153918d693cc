/** Ends with one line that says what to mend, which a stack would hide. */
export function giveUp(reason: string): never {
  console.error(`The cluster cannot start: ${reason}`)
  process.exit(1)
}
