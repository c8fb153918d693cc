import type { Registry } from 'prom-client'

/** What a registry says, as Prometheus reads it: `name{label="value"}` and its number. */
export async function collected(registry: Pick<Registry, 'metrics'>): Promise<Record<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const pairs = lines.map((line): [string, number] => {
    const at = line.lastIndexOf(' ')
    return [line.slice(0, at), Number(line.slice(at + 1))]
  })
  const named = new Set(pairs.map(([name]) => name))
  if (named.size < pairs.length) throw new Error('a series is there twice')
  return Object.fromEntries(pairs)
}
