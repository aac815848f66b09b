import type { Check } from '../check.ts'
import { acceptQueue } from './network/accept-queue.ts'
import { bonds } from './network/bonds.ts'
import { cards } from './network/cards.ts'
import { conntrack } from './network/conntrack.ts'
import { duplicateAddress } from './network/duplicate-address.ts'
import { gateway } from './network/gateway.ts'
import { neighbours } from './network/neighbours.ts'
import { pathMtuToController } from './network/path-mtu.ts'
import { rdma } from './network/rdma.ts'

/** The checks of this subject, in the order in which a report shows them. To add one: write its file, and put it here. */
export const networkChecks: readonly Check[] = [
  neighbours,
  duplicateAddress,
  gateway,
  pathMtuToController,
  cards,
  bonds,
  rdma,
  acceptQueue,
  conntrack,
]
