/** Why a message may be reported: the words that are stored, and what people read. */
export const reasons: ReadonlyMap<string, string> = new Map([
  ['spam', 'Spam'],
  ['harassment', 'Harassment'],
  ['illegal', 'Illegal content'],
  ['other', 'Something else'],
])

export const reasonText = (reason: string): string => reasons.get(reason) ?? reason
