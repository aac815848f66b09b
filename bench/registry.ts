import { agentBench } from './agent/agent.ts'
import type { Bench } from './bench.ts'
import { controlLoopBench } from './control-loop/control-loop.ts'
import { controllerBench } from './controller/controller.ts'
import { gatewayBench } from './gateway/gateway.ts'
import { storeBench } from './store/store.ts'

/** Every bench, by the name that `npm run bench -- NAME` takes. */
export const benches: readonly Bench[] = [agentBench, controllerBench, controlLoopBench, gatewayBench, storeBench]
