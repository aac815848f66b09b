import { join } from 'node:path'
import { makePackage } from '../../scripts/lib/package-directory.ts'
import type { LabHost } from '../lab/host.ts'
import { createLab } from '../lab/lab.ts'
import type { RunOptions, RunResult } from '../lab/process.ts'
import { type SystemdHost, startSystemdHost } from '../lab/systemd-host.ts'

/** Where the package lies on the machine before it is installed, and where it is installed. */
export const packagePath = '/package'
export const prefix = '/srv/hostler'

/** A machine run by real systemd, with a package of Hostler on it and nothing else: no checkout is used. */
export interface Machine extends AsyncDisposable {
  readonly host: LabHost
  readonly systemd: SystemdHost
  /** Runs a command of the machine to its end. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Runs the installed `hostler`. */
  hostler(args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** A property of a unit, as `systemctl show` prints it. */
  property(unit: string, name: string): Promise<string>
  /** Installs and starts the unit of the controller or the gateway, as docs/systemd.md says. */
  startUnit(name: 'controller' | 'gateway'): Promise<void>
}

export const startMachine = async (binds: readonly string[] = []): Promise<Machine> => {
  await using opening = new AsyncDisposableStack()
  const lab = opening.use(await createLab())
  const host = await lab.addHost({ engine: true })
  const packageDirectory = join(host.directory, 'package')
  await makePackage(packageDirectory)
  const systemd = opening.use(await startSystemdHost(host, { binds: [`${packageDirectory}:${packagePath}:ro`, ...binds] }))
  const resources = opening.move()
  const run: Machine['run'] = (command, args, options) => systemd.exec(command, args, options)
  return {
    host,
    systemd,
    run,
    hostler: (args, options) => run(`${prefix}/bin/hostler`, args, options),
    property: async (unit, name) => (await run('systemctl', ['show', '--value', '--property', name, unit])).stdout.trim(),
    startUnit: async (name) => {
      const unit = `hostler-${name}.service`
      const text = (await run('cat', [`${prefix}/systemd/${unit}`])).stdout.replaceAll('/opt/hostler', prefix)
      await run('tee', [`/usr/local/lib/systemd/system/${unit}`], { input: text })
      await run('systemctl', ['daemon-reload'])
      await run('systemctl', ['start', unit])
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
