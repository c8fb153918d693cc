require('./host.cjs').host()
