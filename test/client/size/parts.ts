/** The parts of the client and the hooks, each with the files that are its own and the bytes that it may have, minified. */
export const parts: { name: string; files: RegExp; budget: number }[] = [
  { name: 'the state of rooms, messages and users', files: /^src\/client\/state\//, budget: 27_400 },
  {
    name: 'the connection, and what is said over it',
    files:
      /^src\/client\/(catching-up|commands|frame-size|hello|http|pace|socket|too-large|turns|waits|wake|api\/errors)\.ts$/,
    budget: 13_750,
  },
  {
    name: 'what is kept on the device, and sent again',
    files:
      /^src\/client\/(draft-texts|ids|outbox|outbox-shift|outbox-storage|pending-list|pending-message|pending-mutation|promises|storage|stored-message)\.ts$/,
    budget: 14_000,
  },
  // Whatever has no part of its own, so that no file is without a budget.
  { name: 'what an app calls', files: /^src\/client\//, budget: 24_300 },
  { name: 'the hooks', files: /^src\/react\//, budget: 7_600 },
]

/** Bytes of a whole bundle as it arrives: minified as in the package, and zipped. */
export const zipped: Record<string, number> = { 'src/client/index.ts': 28_800, 'src/react/index.ts': 3_100 }

export const partOf = (file: string) => parts.find(({ files }) => files.test(file))
