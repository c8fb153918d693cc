// By its default export: webpack follows a `createRequire` that is imported by its name.
import nodeModule from 'node:module'

/**
 * The host's `sharp`. Bundlers look for whatever is imported and stop where it is not installed, so this asks Node, from the
 * place of the file that runs: ours, or the bundle that we became a part of.
 *
 * @throws an error with the code MODULE_NOT_FOUND where the host has none.
 */
export async function loadSharp(): Promise<unknown> {
  const load = nodeModule.createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
  return { default: load('sharp') }
}
