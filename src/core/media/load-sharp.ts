// This imports the default export, because webpack follows a `createRequire` that is imported by name.
import nodeModule from 'node:module'

/**
 * Loads the host's `sharp`. Bundlers fail if something that is imported is not installed, so Node is asked for it instead, from
 * the place of the file that runs: ours, or the bundle that includes it.
 *
 * @throws an error with the code MODULE_NOT_FOUND if the host has not installed it.
 */
export async function loadSharp(): Promise<unknown> {
  const load = nodeModule.createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
  return { default: load('sharp') }
}
