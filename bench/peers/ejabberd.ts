import { readFileSync } from 'node:fs'
import type { Place, Program } from './program.js'

/** Rooms that write what is said into PostgreSQL before they send it on (XEP-0313). */
export function ejabberd({ path, url }: { path: string; url: string }, { folder, port }: Place): Program {
  const { hostname, port: databasePort, pathname, username, password } = new URL(url)
  return {
    // Not by ejabberdctl: that one insists on a user of its own, and starts a daemon that stays.
    command: 'erl',
    args: ['-noinput', '-mnesia', 'dir', JSON.stringify(`${folder}/mnesia`), '-s', 'ejabberd'],
    env: {
      ERL_LIBS: /^ERL_LIBS=['"]?([^'"\n]+)/m.exec(readFileSync(path, 'utf8'))?.[1],
      EJABBERD_CONFIG_PATH: `${folder}/ejabberd.yml`,
      EJABBERD_LOG_PATH: `${folder}/ejabberd.log`,
      ERL_CRASH_DUMP_BYTES: '0',
    },
    files: {
      // YAML, of which JSON is a part.
      'ejabberd.yml': JSON.stringify({
        hosts: ['localhost'],
        loglevel: 'error',
        listen: [
          {
            port,
            ip: '127.0.0.1',
            // Its five are too few for members who all come at once.
            backlog: 1024,
            module: 'ejabberd_http',
            request_handlers: { '/xmpp-websocket': 'ejabberd_http_ws' },
          },
        ],
        // The load generator does not answer pings.
        websocket_ping_interval: '1 hour',
        websocket_timeout: '1 hour',
        auth_method: 'anonymous',
        anonymous_protocol: 'sasl_anon',
        sql_type: 'pgsql',
        sql_server: hostname,
        sql_port: Number(databasePort || 5432),
        sql_database: pathname.slice(1),
        sql_username: decodeURIComponent(username),
        sql_password: decodeURIComponent(password),
        modules: {
          mod_muc: { host: 'rooms.localhost', default_room_options: { mam: true } },
          mod_mam: { db_type: 'sql' },
        },
      }),
    },
  }
}
