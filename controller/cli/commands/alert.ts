import type { RegisterCommand } from '../command.ts'
import { exportRules } from './alert/export.ts'
import { list } from './alert/list.ts'
import { receivers, rules } from './alert/rules.ts'
import { show } from './alert/show.ts'
import { silence, silences, unsilence } from './alert/silence.ts'
import { notices, test } from './alert/test.ts'

export const alert: RegisterCommand = (program, run) => {
  const group = program.command('alert').helpCommand(false).description('see alerts, silence them, and try who is told')
  for (const register of [list, show, silence, unsilence, silences, rules, receivers, notices, test, exportRules]) register(group, run)
}
