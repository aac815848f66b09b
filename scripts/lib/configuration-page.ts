import { z } from 'zod'
import { gatewayDaemonSettings } from '../../controller/daemons/gateway-settings.ts'
import { agentSettings } from '../../shared/config/agent-settings.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import { variablesOf } from '../../shared/config/environment.ts'

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly description?: string
  readonly enum?: readonly string[]
}

const nodeAt = (root: SchemaNode, path: readonly string[]): SchemaNode =>
  path.reduce<SchemaNode>((node, name) => node.properties?.[name] ?? {}, root)

const valueAt = (root: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined), root)

const shown = (value: unknown): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``)

const table = (schema: z.ZodType, section: string): string => {
  const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode
  const defaults = schema.parse({})
  const rows = [...variablesOf(schema, section)].map(([variable, path]) => {
    const { description = '', enum: words } = nodeAt(described, path)
    const choice = words ? `One of ${words.join(', ')}. ` : ''
    return `| \`${path.join('.')}\` | ${shown(valueAt(defaults, path))} | \`${variable}\` | ${choice}${description} |`
  })
  return ['| setting | default | environment | |', '|---|---|---|---|', ...rows].join('\n')
}

/** The text of docs/configuration.md. */
export const configurationPage = (): string => `# Configuration

Made by \`npm run generate\` from the schemas; a test holds it equal.

Everything has a default, so no configuration is needed to begin. Settings come from, in rising order: the default, a YAML file (\`--config FILE\`, else
\`$HOSTLER_CONFIG_DIR/controller.yaml\`, \`agent.yaml\`, \`gateway.yaml\`), the environment, the command line. A name that is no setting is an error that says
what was probably meant. Names end in their unit.

## Controller

${table(controllerSettings, 'controller')}

## Agent

${table(agentSettings, 'agent')}

## Gateway

${table(gatewayDaemonSettings, 'gateway')}

## Everywhere

| environment | |
|---|---|
| \`HOSTLER_CREDENTIALS\` | credentials file of the command line |
| \`HOSTLER_JOIN_TOKEN\` | join token of an agent's or a gateway's first start |
| \`HOSTLER_CONFIG_DIR\` | where configuration files are looked for |
| \`DOCKER_HOST\` | \`unix://\` socket of the container engine |
| \`NO_COLOR\` | no colours on a terminal |
`
