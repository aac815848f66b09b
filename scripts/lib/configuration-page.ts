import type { z } from 'zod'
import { gatewayDaemonSettings } from '../../controller/daemons/gateway-settings.ts'
import { agentSettings } from '../../shared/config/agent-settings.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import { type Setting, settingsOf } from '../../shared/config/environment.ts'

const shown = (value: unknown): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``)

const row = ({ path, variable, fallback, choices, description }: Setting): string => {
  const choice = choices.length > 0 ? `One of ${choices.join(', ')}. ` : ''
  return `| \`${path.join('.')}\` | ${shown(fallback)} | \`${variable}\` | ${choice}${description} |`
}

const table = (schema: z.ZodType, section: string): string =>
  ['| setting | default | environment | |', '|---|---|---|---|', ...settingsOf(schema, section).map(row)].join('\n')

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
