import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** The one place where @peculiar/x509 is set up. Load it lazily in daemons that seldom need it: it costs several MiB. */
x509.cryptoProvider.set(webcrypto as Crypto)

export const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export { x509 }
