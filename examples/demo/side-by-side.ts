const frame = (name: string, link: string): string =>
  `<iframe title="The chat of ${name}" src="${link}" allow="clipboard-write"></iframe>`

/** Two people beside each other, for who tries the chat alone: an ordinary page with the chat in two frames. */
export const sideBySide = (links: Record<string, string>): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <title>${Object.keys(links).join(' and ')}</title>
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/side-by-side.css">
  </head>
  <body>
    ${Object.entries(links)
      .map(([name, link]) => `<figure><figcaption>${name}</figcaption>${frame(name, link)}</figure>`)
      .join('\n    ')}
  </body>
</html>
`
