import { lookup as lookUp } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Those of IANA's special-purpose registry (RFC 6890), multicast, and what was never given out. */
const special = new BlockList()
for (const network of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // The first has tunnels and more, the third holds an IPv4 address each.
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]) {
  const [address = '', bits] = network.split('/')
  special.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4')
}

/** All of IPv6 that is given out to be reached from everywhere. What holds an IPv4 address (`::ffff:…`, `64:ff9b::…`) is outside of it. */
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is one of the public internet, and no name. */
export function isPublic(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !special.check(address, 'ipv4')
  return version === 6 && globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

/** Whether a URL has an address in place of a name, however it was spelled, and none of the public internet. */
export function isPrivateLiteral({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) > 0 && !isPublic(host)
}

/** The address was found, and is none to connect to. */
export class NotPublic extends Error {
  constructor(host: string) {
    super(`${host} is no address of the public internet; allowPrivate: true lets this webhook go there`)
  }
}

/** How names are looked up, as `dns.lookup` does. */
export type LookUp = (
  name: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void

/**
 * Looks a name up for a connection and gives what is public of it: whatever the name said before, what is connected to was looked
 * at.
 */
export const publicLookup =
  (lookup: LookUp = lookUp): LookupFunction =>
  (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const addresses = found.filter(({ address }) => isPublic(address))
      const [first] = addresses
      if (!first) return callback(new NotPublic(name), [])
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
