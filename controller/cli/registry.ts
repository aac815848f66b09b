/** All commands, in the order in which help shows them. To add one: write its file, and put it here. */
import type { RegisterCommand } from './command.ts'
import { agent } from './commands/agent.ts'
import { alert } from './commands/alert.ts'
import { apply } from './commands/apply.ts'
import { completion } from './commands/completion.ts'
import { cordon, drain, uncordon } from './commands/cordon.ts'
import { controller, gateway, up } from './commands/daemons.ts'
import { deleteCommand } from './commands/delete.ts'
import { deploy } from './commands/deploy.ts'
import { describe } from './commands/describe.ts'
import { diagnose } from './commands/diagnose.ts'
import { events } from './commands/events.ts'
import { exportCommand } from './commands/export.ts'
import { get } from './commands/get.ts'
import { help } from './commands/help.ts'
import { host } from './commands/host.ts'
import { key } from './commands/key.ts'
import { login } from './commands/login.ts'
import { logs } from './commands/logs.ts'
import { plan } from './commands/planning.ts'
import { report } from './commands/report.ts'
import { rollout } from './commands/rollout.ts'
import { scale } from './commands/scale.ts'
import { taint } from './commands/taint.ts'
import { thaw } from './commands/thaw.ts'
import { token } from './commands/token.ts'
import { top } from './commands/top.ts'
import { tune } from './commands/tune.ts'
import { version } from './commands/version.ts'

interface Group {
  readonly title: string
  readonly commands: readonly RegisterCommand[]
}

export const groups: readonly Group[] = [
  { title: 'Run Hostler:', commands: [up, controller, gateway, agent] },
  { title: 'Run models:', commands: [deploy, plan, apply, scale, rollout, deleteCommand, exportCommand] },
  { title: 'Look after hosts:', commands: [tune, cordon, drain, uncordon, taint, thaw] },
  { title: 'Look:', commands: [get, describe, events, logs, top] },
  { title: 'Find faults:', commands: [diagnose, report, alert] },
  { title: 'Let in and out:', commands: [token, key, host, login] },
  { title: 'This program:', commands: [version, completion, help] },
]
