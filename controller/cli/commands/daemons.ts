/** The parts of Hostler that keep running. The program starts them; it does not know how they work. */
import { type Command, Option } from 'commander'
import type { RegisterCommand } from '../command.ts'
import type { DaemonOptions } from '../io.ts'
import { restore } from './restore.ts'

interface Options {
  readonly config?: string
  readonly dataDir?: string
  readonly join?: string
  readonly name?: string
  readonly engine?: string
  readonly agent?: boolean
}

const configOptions = (command: Command): Command =>
  command
    .addOption(new Option('--config <file>', 'YAML configuration; every setting also has an environment variable'))
    .addOption(new Option('--data-dir <directory>', 'where it keeps its state'))

const daemonOptions = ({ config, dataDir, join, name, engine, agent }: Options): DaemonOptions => ({
  ...(config === undefined ? {} : { configFile: config }),
  ...(dataDir === undefined ? {} : { dataDirectory: dataDir }),
  ...(join === undefined ? {} : { join }),
  ...(name === undefined ? {} : { name }),
  ...(engine === undefined ? {} : { engine }),
  ...(agent === undefined ? {} : { withoutAgent: !agent }),
})

export const up: RegisterCommand = (program, run) => {
  configOptions(program.command('up').description('run controller, gateway and an agent together on this machine'))
    .addOption(new Option('--no-agent', 'only controller and gateway'))
    .action(run(({ io }, options: Options) => io.daemons.up(daemonOptions(options), io.signal)))
}

export const controller: RegisterCommand = (program, run) => {
  const command = configOptions(
    program.command('controller').helpCommand(false).description('run the controller, or put back its database'),
  )
  command.action(run(({ io }, options: Options) => io.daemons.controller(daemonOptions(options), io.signal)))
  restore(command, run)
}

export const gateway: RegisterCommand = (program, run) => {
  configOptions(program.command('gateway').description('run a gateway: the address that clients send their requests to'))
    .addOption(new Option('--join <token>', 'on its first start, from: hostler token create --kind gateway'))
    .addOption(new Option('--name <name>', "default: this machine's host name"))
    .addOption(
      new Option('--engine <engine>', 'what carries the traffic: the gateway itself, or an NGINX that it keeps in step').choices([
        'hostler',
        'nginx',
      ]),
    )
    .action(run(({ io }, options: Options) => io.daemons.gateway(daemonOptions(options), io.signal)))
}
