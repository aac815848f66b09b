import type { PlanReply__Output } from '../../../proto/generated/hostler/v1/PlanReply.ts'
import type { FleetPlan } from '../view/plan.ts'

const parsedOf = (json: string): unknown => (json === '' ? undefined : JSON.parse(json))

export const planFromWire = ({ deployments, steps, replicas, shortages, settled }: PlanReply__Output): FleetPlan => ({
  deployments: deployments.map(({ fields, ...rest }) => ({
    ...rest,
    fields: fields.map(({ path, beforeJson, afterJson }) => ({
      path,
      ...(beforeJson === '' ? {} : { from: parsedOf(beforeJson) }),
      ...(afterJson === '' ? {} : { to: parsedOf(afterJson) }),
    })),
  })),
  steps,
  replicas,
  shortages: shortages.flatMap(({ deployment, unplaced }) => (unplaced === null ? [] : [{ deployment, unplaced }])),
  settled,
})
