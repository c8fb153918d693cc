import type { OpenApi, Operation, SecurityScheme } from '../openapi.js'

/** Where an example asks; the page's script puts its own origin there. */
const exampleOrigin = 'https://example.com'

/** How a caller says who they are, by the first way to sign in that has a header for it. */
export interface SignIn {
  header: string
  prefix: string
}

export function signInOf({ components }: OpenApi): SignIn {
  const schemes = Object.values(components.securitySchemes)
  for (const { type, in: place, name } of schemes) {
    if (type === 'apiKey' && place === 'header' && typeof name === 'string') return { header: name, prefix: '' }
  }
  return { header: 'Authorization', prefix: 'Bearer ' }
}

/** The name of the cookie that signs in, where nothing but a cookie does. */
function cookieOf(schemes: readonly SecurityScheme[]): string | undefined {
  const names = schemes.map(({ type, in: place, name }) => (type === 'apiKey' && place === 'cookie' ? name : undefined))
  return names.every((name) => typeof name === 'string') ? String(names[0]) : undefined
}

/** A line for a shell that sends the request of the example. */
export function curlOf(api: OpenApi, method: string, path: string, operation: Operation): string {
  const [{ url: base } = { url: '' }] = api.servers
  const { parameters, requestBody } = operation
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(exampleOf(operation, name)))
  const query = new URLSearchParams(
    parameters.filter(isInExample).map(({ name, example }): [string, string] => [name, String(example)]),
  ).toString()
  const url = `${exampleOrigin}${base}${filled}${query === '' ? '' : `?${query}`}`
  const cookie = cookieOf(Object.values(api.components.securitySchemes))
  const { header, prefix } = signInOf(api)
  const signIn = cookie ? `--cookie ${quoted(`${cookie}=…`)}` : `--header ${quoted(`${header}: ${prefix}…`)}`
  const [[type, content] = []] = Object.entries(requestBody?.content ?? {})
  const body =
    type === undefined
      ? []
      : type === 'application/json'
        ? [`--header ${quoted('Content-Type: application/json')}`, `--data ${quoted(JSON.stringify(content?.example))}`]
        : [`--form ${quoted('file=@soup.jpg')}`]
  const verb = method === 'get' ? '' : ` --request ${method.toUpperCase()}`
  return [`curl${verb} ${quoted(url)}`, signIn, ...body].join(' \\\n  ')
}

/** Of what a query may have, an example has what it must, what is searched for, and how much. */
const isInExample = ({ in: place, name, required }: Operation['parameters'][number]): boolean =>
  place === 'query' && (required || name === 'limit')

const exampleOf = ({ parameters }: Operation, name: string): string =>
  String(parameters.find((parameter) => parameter.name === name)?.example)

/** As a shell takes it, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
