import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand, Run } from '../command.ts'

/** The agent is a program of its own, so that a GPU host loads nothing of the controller; `bin/hostler` starts it. This is its place in help and completion. */
const elsewhere = (run: Run) =>
  run(async () => {
    throw new HostlerError('ARGUMENT_INVALID', 'the agent is not part of this program; start it with the command hostler, which finds it')
  })

export const agent: RegisterCommand = (program, run) => {
  const command = program
    .command('agent')
    .helpCommand(false)
    .description('run the agent of this GPU host')
    .option('--join <token>', 'on its first start, from: hostler token create')
    .option('--name <name>', "default: this machine's host name")
    .option('--config <file>', 'YAML configuration; every setting also has an environment variable')
    .option('--address <address>', 'where its replicas listen; default: the address that reaches the controller')
    .option('--data-dir <directory>', 'where it keeps its state')
    .action(elsewhere(run))
  command.command('install').description('install and start the agent as a systemd service').action(elsewhere(run))
  command.command('uninstall').description('stop the service and remove it; its containers are left running').action(elsewhere(run))
}
