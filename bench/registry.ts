import { agentBench } from './agent/agent.ts'
import type { Bench } from './bench.ts'
import { claimsBench } from './claims/claims.ts'
import { controllerBench } from './controller/controller.ts'
import { failoverBench } from './failover/failover.ts'
import { gatewayBench } from './gateway/gateway.ts'
import { placementBench } from './placement/placement.ts'
import { autoscaleBench } from './scale/scale.ts'
import { soakBench } from './soak/bench.ts'
import { storeBench } from './store/store.ts'

/** Every bench, by the name that `npm run bench -- NAME` takes. */
export const benches: readonly Bench[] = [
  agentBench,
  autoscaleBench,
  claimsBench,
  controllerBench,
  failoverBench,
  gatewayBench,
  placementBench,
  soakBench,
  storeBench,
]
