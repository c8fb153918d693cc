import { howToMakeSecret, shortestSecret } from '../../core/secret.js'
import type { Finding } from '../finding.js'

/** Words of secrets that were to be replaced. */
const placeholder =
  /change.?me|replace.?me|your.?secret|my.?secret|super.?secret|example|password|default|placeholder|keyboard.?cat|12345678|abcdefgh/i

/** Fewer than random ones of the shortest length ever have. */
const fewestCharacters = 12

/** Looks at the secret in a variable of the environment; the finding never says it. */
export function checkSecret(name: string, value: string | undefined): Finding[] {
  const about = 'secret'
  if (value === undefined || value === '') {
    const mend = 'run this where it is set, or name its variable: --secret NAME'
    return [
      {
        level: 'unknown',
        about,
        what: `there is no ${name} here, so nobody has looked at the secret of the chat`,
        mend,
      },
    ]
  }
  const wrong = (what: string): Finding[] => [
    {
      level: 'wrong',
      about,
      what,
      why: 'it signs tickets and the URLs of files: who guesses it is anybody',
      mend: `make one with: ${howToMakeSecret}`,
    },
  ]
  if (value.length < shortestSecret) return wrong(`${name} has ${value.length} characters, and needs ${shortestSecret}`)
  if (placeholder.test(value)) return wrong(`${name} looks like one that was to be replaced`)
  const different = new Set(value).size
  if (different < fewestCharacters)
    return wrong(`${name} is made of ${different} different characters only, so it is none that was drawn`)
  return []
}
