import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import { formatProblems } from '../../shared/config/problem.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { notesOf } from '../domain/engine/presets.ts'
import { parseSpec } from '../domain/spec/parse.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import { type PreviewOptions, previewSpecs } from '../usecases/preview.ts'
import { personWith } from './caller.ts'
import { unary } from './unary-handler.ts'

const specOf = (json: string, source: string): DeploymentSpec => {
  const parsed = parseSpec(json, source)
  if (!parsed.ok) throw new HostlerError('SPEC_INVALID', formatProblems(parsed.problems))
  return parsed.value
}

const json = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value))

/** What would happen, without doing it. Everyone may ask who may see specs. */
export const planCalls = (options: PreviewOptions & { readonly log: Log }): Pick<ControlHandlers, 'Plan'> => ({
  Plan: unary(options.log, async ({ specsJson, source }, call) => {
    const person = personWith(call, options.context.ledger.facts, 'viewer')
    const specs = specsJson.map((text: string) => specOf(text, source || 'spec'))
    const { deployments, events, replicas, shortages, settled } = await previewSpecs(options, specs, person.name)
    return {
      deployments: deployments.map(({ deployment, revision, created, changed, currentRevision, fields }, index) => ({
        name: deployment,
        revision,
        currentRevision,
        created,
        changed,
        fields: fields.map(({ path, from, to }) => ({ path, beforeJson: json(from), afterJson: json(to) })),
        notes: specs[index] === undefined ? [] : [...notesOf(specs[index])],
      })),
      steps: events.map(({ round, level, reason, subject, message }) => ({ round, level, reason, subject, message })),
      replicas: replicas.map(({ id, deployment, revision, hosts, gpus, isNew }) => ({
        id,
        deployment,
        revision,
        isNew,
        members: hosts.map((host, index) => ({ host, gpus: [...(gpus[index] ?? [])] })),
      })),
      shortages: shortages.map(({ deployment, unplaced: { count, hosts, suggestion } }) => ({
        deployment,
        unplaced: { count, suggestion, hosts: hosts.map(({ hostName, code, message }) => ({ host: hostName, code, message })) },
      })),
      settled,
    }
  }),
})
