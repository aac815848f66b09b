/** YAML or JSON text in, deployment specs or located problems out. Pure. */
import type { Problem } from '../../../shared/config/problem.ts'
import { type Parsed, parseYamlDocumentsWith } from '../../../shared/config/yaml-document.ts'
import { type DeploymentSpec, deploymentSchema } from './schema.ts'

/** Far more than any spec needs, and small enough to refuse a flood at once. */
export const maxSpecBytes = 256 * 1024

/**
 * All deployments of a file: one a YAML document, at least one, each name once.
 * @param file named in the problems
 */
export const parseSpecs = (text: string, file: string): Parsed<readonly DeploymentSpec[]> => {
  const parsed = parseYamlDocumentsWith(deploymentSchema, text, { file, maxBytes: maxSpecBytes })
  if (!parsed.ok) return parsed
  if (parsed.value.length === 0) {
    return { ok: false, problems: [{ file, line: 0, column: 0, path: '', message: 'the file is empty, expected a deployment', seen: '' }] }
  }
  const problems: Problem[] = []
  const names = new Set<string>()
  for (const { value, problemAt } of parsed.value) {
    if (names.has(value.name)) problems.push(problemAt(['name'], `two deployments of this file are named ${value.name}`))
    names.add(value.name)
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: parsed.value.map(({ value }) => value) }
}

/** Exactly one deployment, such as one that came over the wire or out of the store. */
export const parseSpec = (text: string, file: string): Parsed<DeploymentSpec> => {
  const parsed = parseSpecs(text, file)
  if (!parsed.ok) return parsed
  const [spec] = parsed.value
  if (spec !== undefined && parsed.value.length === 1) return { ok: true, value: spec }
  return {
    ok: false,
    problems: [{ file, line: 0, column: 0, path: '', message: `expected one deployment, found ${parsed.value.length}`, seen: '' }],
  }
}
