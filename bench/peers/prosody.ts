import type { Place, Program } from './program.js'

/** Rooms that write what is said into files before they send it on: the package brings no driver of a database. */
export function prosody({ path }: { path: string }, place: Place): Program {
  return {
    command: path,
    args: ['-F', '--config', `${place.folder}/prosody.cfg.lua`],
    env: {},
    files: { 'prosody.cfg.lua': configuration(place) },
  }
}

// Its own limits are off: the archive of a room holds 10,000 messages unless told otherwise.
const configuration = ({ folder, port }: Place): string => `
run_as_root = true
data_path = "${folder}"
log = { error = "*console" }
modules_enabled = { "saslauth", "websocket" }
modules_disabled = { "s2s", "offline" }
interfaces = { "127.0.0.1" }
http_interfaces = { "127.0.0.1" }
http_ports = { ${port} }
https_ports = {}
c2s_ports = {}
c2s_require_encryption = false
http_default_host = "localhost"
storage = "internal"
storage_archive_item_limit = 1000000000

VirtualHost "localhost"
  authentication = "anonymous"

Component "rooms.localhost" "muc"
  modules_enabled = { "muc_mam" }
  muc_room_locking = false
  muc_log_expires_after = "never"
`
