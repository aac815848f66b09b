import { controllerSignals, deploymentSignals } from './deployment.ts'
import { fleetSignals } from './fleet.ts'
import { gpuSignals } from './gpu.ts'
import { hostSignals } from './host.ts'
import type { Signal } from './signal.ts'
import { trafficSignals } from './traffic.ts'

/** Every signal by its name. docs/alerts.md is held equal to this table by a test. */
export const signals: Readonly<Record<string, Signal>> = {
  ...fleetSignals,
  ...hostSignals,
  ...gpuSignals,
  ...deploymentSignals,
  ...trafficSignals,
  ...controllerSignals,
}
