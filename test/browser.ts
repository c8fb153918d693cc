import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A Chromium, or why the pages are not tried. */
export type FoundBrowser = { path: string; version: string } | { missing: string }

// The first has no screen to draw its own windows on, and costs half of what the others do.
const places = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map(
  (name) => `/usr/bin/${name}`,
)

export async function findBrowser({ CHROMIUM_PATH } = process.env): Promise<FoundBrowser> {
  const candidates = CHROMIUM_PATH ? [CHROMIUM_PATH] : places
  for (const path of candidates) {
    const answer = await promisify(execFile)(path, ['--version']).catch(() => undefined)
    if (answer) return { path, version: answer.stdout.trim() }
  }
  return { missing: `no Chromium at ${candidates.join(', ')}` }
}

/** Missing although it was asked for, by REQUIRE_BROWSER=1 or by its path. */
export const isRequired = (browser: FoundBrowser, { REQUIRE_BROWSER, CHROMIUM_PATH } = process.env): boolean =>
  'missing' in browser && (REQUIRE_BROWSER === '1' || Boolean(CHROMIUM_PATH))

export function describeBrowser(browser: FoundBrowser): string {
  if ('version' in browser) return `  ✓ ${browser.version} (${browser.path})`
  return `  – the pages of the demo are not tried: ${browser.missing}; CHROMIUM_PATH can name one`
}
