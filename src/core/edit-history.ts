import { type Check, refuse } from './option-checks.js'

/** Who sees what a message said before it was edited; false: nobody, and it is not kept. */
export type EditHistory = 'members' | 'moderators' | false

export const checkEditHistory: Check = (value, name) => {
  if (value !== 'members' && value !== 'moderators' && value !== false)
    refuse(name, value, "give 'members', 'moderators' or false")
}
