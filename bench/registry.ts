import { agentBench } from './agent/agent.ts'
import type { Bench } from './bench.ts'
import { gatewayBench } from './gateway/gateway.ts'

/** Every bench, by the name that `npm run bench -- NAME` takes. */
export const benches: readonly Bench[] = [agentBench, gatewayBench]
