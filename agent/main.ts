/** `hostler agent …` */
import { Command, CommanderError } from 'commander'
import { version } from '../shared/config/version.ts'
import { HostlerError, messageOf } from '../shared/errors/hostler-error.ts'
import { type AgentCommand, agentDaemon } from './daemon.ts'
import { type InstallOptions, installAgent } from './install/install.ts'
import { type UninstallOptions, uninstallAgent } from './install/uninstall.ts'

const { argv, env: environment, stdout, stderr } = process

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second signal means now. Replicas run on in either case.
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  })
}

let exitCode = 0
const program = new Command('hostler agent')
  .description('Runs the agent of this GPU host. Stopping it stops no replica.')
  .version(version, '-V, --version', 'print the version of this program')
  .option('--join <token>', 'join a controller on the first start; later starts ignore it')
  .option('--name <name>', 'name of this host in the fleet (default: its host name)')
  .option('--address <address>', 'address on which replicas listen (default: the one that routes to the controller)')
  .option('--data-dir <directory>', 'state of this agent (default: /var/lib/hostler/agent)')
  .option('--config <file>', 'configuration file (YAML)')
  .enablePositionalOptions()
  .exitOverride()
  .action(async (options: AgentCommand) => {
    exitCode = await agentDaemon(options, environment, stop.signal)
  })

const say = (line: string) => stdout.write(`${line}\n`)
program
  .command('install')
  .description('Makes the agent a systemd service of this machine and starts it; again: upgrades it.')
  .option('--join <token>', 'join a controller, unless this host is a member already')
  .option('--name <name>', 'name of this host in the fleet (default: its host name)')
  .option('--address <address>', 'address on which replicas listen (default: the one that routes to the controller)')
  .option('--prefix <directory>', 'where the program goes (default: /opt/hostler)')
  .action(async ({ join: joinToken, ...options }: Omit<InstallOptions, 'say' | 'joinToken'> & { readonly join?: string }) => {
    await installAgent({ ...options, joinToken, say })
  })
program
  .command('uninstall')
  .description('Stops the service and removes it. Replicas, models and, without --purge, state and configuration stay.')
  .option('--purge', 'remove identity, state and configuration too; refused while replicas run')
  .action(async (options: Omit<UninstallOptions, 'say'>) => {
    await uninstallAgent({ ...options, say })
  })

try {
  // `hostler agent …` comes with its own name first.
  const args = argv.slice(2)
  await program.parseAsync(args[0] === 'agent' ? args.slice(1) : args, { from: 'user' })
} catch (error) {
  if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 2
  else {
    stderr.write(`error: ${messageOf(error)}\n`)
    if (error instanceof HostlerError) stderr.write(`code: ${error.code}\n`)
    else if (error instanceof Error) stderr.write(`${error.stack}\n`)
    // The unit does not try again what only a person can put right.
    exitCode = error instanceof HostlerError && /^(CONFIG|ARGUMENT)_INVALID$/.test(error.code) ? 2 : 1
  }
}
process.exitCode = exitCode
