import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import type { ResourceView } from '../../proto/generated/hostler/v1/ResourceView.ts'
import { formatProblems } from '../../shared/config/problem.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { builtInDocuments } from '../../shared/tuning/built-in.ts'
import { builtInRuleDocuments } from '../domain/alert/built-in/rules.ts'
import { resourceKinds } from '../domain/hosts/kinds.ts'
import { type FleetResource, parseFleetDocuments } from '../domain/hosts/parse.ts'
import type { ResourceKind } from '../domain/hosts/resource.ts'
import type { UseCaseContext } from '../usecases/context.ts'
import { applyResources, deleteResource } from '../usecases/resources.ts'
import type { TuningWishes } from '../usecases/tuning-wishes.ts'
import { personWith } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface ResourcesOptions {
  readonly context: UseCaseContext
  readonly wishes: TuningWishes
  readonly log: Log
}

const kindOf = (word: string): ResourceKind => {
  const kind = resourceKinds.find((known) => known === word)
  if (kind) return kind
  throw new HostlerError('ARGUMENT_INVALID', `"${word}" is no kind of document; expected ${resourceKinds.join(', ')}`)
}

const resourceOf = (json: string, source: string): FleetResource => {
  const parsed = parseFleetDocuments(json, source)
  if (!parsed.ok) throw new HostlerError('SPEC_INVALID', formatProblems(parsed.problems))
  const [only, another] = parsed.value
  if (only?.value.kind === 'resource' && another === undefined) return only.value
  throw new HostlerError(
    'ARGUMENT_INVALID',
    `expected one document of the kinds ${resourceKinds.join(', ')}; deployments have a call of their own`,
  )
}

/** Documents about hosts: written by operators, read by all. */
export const resourceCalls = ({
  context,
  wishes,
  log,
}: ResourcesOptions): Pick<ControlHandlers, 'ApplyResource' | 'DeleteResource' | 'ListResources'> => {
  const { facts } = context.ledger
  const resolvedJson = (name: string): string => {
    const resolved = wishes.resolve(name)
    return 'profile' in resolved ? JSON.stringify(resolved.profile) : ''
  }
  return {
    ApplyResource: unary(log, async ({ documentsJson, source, dryRun }, call) => {
      const person = personWith(call, facts, 'operator')
      const resources = documentsJson.map((json: string) => resourceOf(json, source || 'document'))
      const applied = await applyResources(context, resources, person.name, dryRun)
      return { applied: applied.map((one) => ({ ...one, notes: [...one.notes] })) }
    }),
    DeleteResource: unary(log, async ({ kind, name }, call) => {
      const person = personWith(call, facts, 'operator')
      await deleteResource(context, kindOf(kind), name, person.name)
      return {}
    }),
    ListResources: unary(log, (_request, call) => {
      personWith(call, facts, 'viewer')
      const builtIn = [...builtInDocuments].map(
        ([name, document]): ResourceView => ({
          kind: 'TuningProfile',
          name,
          documentJson: JSON.stringify(document),
          builtIn: true,
          resolvedJson: resolvedJson(name),
        }),
      )
      const rules = [...builtInRuleDocuments].map(
        ([name, document]): ResourceView => ({ kind: 'AlertRule', name, documentJson: JSON.stringify(document), builtIn: true }),
      )
      const stored = [...facts.resources.values()].map(
        ({ kind, name, written, createdUnixMs }): ResourceView => ({
          kind,
          name,
          documentJson: JSON.stringify(written),
          builtIn: false,
          createdUnixMs,
          resolvedJson: kind === 'TuningProfile' ? resolvedJson(name) : '',
        }),
      )
      return { resources: [...builtIn, ...rules, ...stored] }
    }),
  }
}
