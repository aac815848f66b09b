import type { Environment } from '../shared/config/environment.ts'
import { networkAnswerers } from './diagnose/network/answerers.ts'
import type { AgentSide } from './link/session.ts'
import type { Parts } from './parts.ts'

export interface SideOptions {
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
  readonly bootId: string
  readonly environment: Environment
}

/** What the controller is told of these parts, and what it may ask of them. */
export const sideOf = ({ inventory, usage, metrics, reconciler, tune, diagnose }: Parts, options: SideOptions): AgentSide => {
  const { address, labels, bootId, environment } = options
  return {
    address,
    labels,
    bootId,
    inventory: () => inventory.current(),
    onInventory: (listener) => inventory.onChange(listener),
    usage: () => usage.read(),
    metrics: () => metrics.current(),
    specGeneration: () => reconciler.spec()?.generation ?? 0,
    setSpec: async (spec) => {
      await reconciler.setSpec(spec)
      tune.follow(spec)
    },
    statuses: () => reconciler.statuses(),
    statusesKnown: () => reconciler.hasLooked(),
    onStatus: (listener) => reconciler.onChange(listener),
    tuning: () => tune.tuner.status(),
    onTuning: (listener) => tune.tuner.onChange(listener),
    answerers: {
      ...tune.answerers,
      logs: (ask, signal) => reconciler.logs(ask.replicaId, ask, signal),
      ...diagnose.answerers,
      ...networkAnswerers({ address, environment }),
    },
  }
}
