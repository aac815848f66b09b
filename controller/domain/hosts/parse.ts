/** YAML or JSON text in, documents of any kind or located problems out. Pure. */
import type { z } from 'zod'
import { z as zod } from 'zod'
import type { Problem } from '../../../shared/config/problem.ts'
import { type Located, type Parsed, parseYamlDocumentsBy } from '../../../shared/config/yaml-document.ts'
import { maxSpecBytes } from '../spec/parse.ts'
import { type DeploymentSpec, deploymentSchema } from '../spec/schema.ts'
import { isResourceKind, resourceKinds, resourceSchemas } from './kinds.ts'
import type { ResourceDocument } from './resource.ts'

export interface FleetResource {
  readonly document: ResourceDocument
  /** As it was in the file. */
  readonly written: unknown
}

export type FleetDocument = { readonly kind: 'Deployment'; readonly spec: DeploymentSpec } | ({ readonly kind: 'resource' } & FleetResource)

const kinds: readonly string[] = ['Deployment', ...resourceKinds]

const deployment = deploymentSchema.transform((spec): FleetDocument => ({ kind: 'Deployment', spec }))
const unknownKind = zod.looseObject({ kind: zod.enum(kinds) }).transform((): FleetDocument => zod.NEVER)

const schemaFor = (data: unknown): z.ZodType<FleetDocument> => {
  const kind: unknown = typeof data === 'object' && data !== null && 'kind' in data ? data.kind : undefined
  if (kind === undefined || kind === 'Deployment') return deployment
  if (isResourceKind(kind))
    return (resourceSchemas[kind] as z.ZodType<ResourceDocument>).transform(
      (document): FleetDocument => ({ kind: 'resource', document, written: data }),
    )
  return unknownKind
}

const nameOf = (document: FleetDocument): string =>
  document.kind === 'Deployment' ? `deployment ${document.spec.name}` : `${document.document.kind} ${document.document.name}`

/**
 * All documents of a file, at least one, each name once within its kind. A document without a kind is a deployment.
 * @param file named in the problems
 */
export const parseFleetDocuments = (text: string, file: string): Parsed<readonly Located<FleetDocument>[]> => {
  const parsed = parseYamlDocumentsBy(schemaFor, text, { file, maxBytes: maxSpecBytes })
  if (!parsed.ok) return parsed
  if (parsed.value.length === 0)
    return {
      ok: false,
      problems: [{ file, line: 0, column: 0, path: '', message: `the file is empty, expected ${kinds.join(', ')}`, seen: '' }],
    }
  const problems: Problem[] = []
  const names = new Set<string>()
  for (const { value, problemAt } of parsed.value) {
    const name = nameOf(value)
    if (names.has(name)) problems.push(problemAt(['name'], `${name} is in this file twice`))
    names.add(name)
  }
  return problems.length > 0 ? { ok: false, problems } : parsed
}
