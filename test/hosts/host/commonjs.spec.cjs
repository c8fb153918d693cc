// For Jest: by its own `require`.
const { host } = require('./host.cjs')

test('a host in CommonJS', host)
