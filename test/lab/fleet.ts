import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ControlLink, openControlLink } from '../../controller/cli/link/control-link.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import type { LabEngine } from './engine.ts'
import type { LabHost } from './host.ts'
import type { Lab } from './lab.ts'
import { type LabProcess, type RunResult, run } from './process.ts'
import { eventually } from './wait.ts'

const root = join(import.meta.dirname, '../..')
const fromSource = join(root, 'bin/hostler')
const fakeNvidiaSmi = join(root, 'test/fixtures/fake-nvidia-smi')
const startDeadlineMs = 60_000
const firstGateway = 'demo'
const firstGatewayPort = 8080

export interface Member {
  readonly host: LabHost
  readonly nvidiaSmi: string
  process: LabProcess
}

export interface GatewayOptions {
  readonly name?: string
  /** On this machine's own address in the lab. */
  readonly port?: number
  /** Environment variables besides those of the lab. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A controller, a gateway and hosts with agents, each the real program in a process of its own; who made it is their service manager. */
export class LabFleet {
  readonly lab: Lab
  readonly directory: string
  readonly members: Member[] = []
  readonly #signal: AbortSignal
  readonly #hostler: string
  readonly #gateways = new Map<string, LabProcess>()
  #controller: LabProcess | undefined
  #control: ControlLink | undefined

  /** @param hostler the program to run as every part of the fleet; default: this tree's, from its source */
  constructor(lab: Lab, directory: string, signal: AbortSignal, hostler = fromSource) {
    this.lab = lab
    this.directory = directory
    this.#signal = signal
    this.#hostler = hostler
  }

  /** Where the gateway on the port given is reached. */
  originAt(port: number): string {
    return `http://${this.lab.gateway}:${port}`
  }

  get origin(): string {
    return this.originAt(firstGatewayPort)
  }

  gatewayProcess(name = firstGateway): LabProcess {
    const found = this.#gateways.get(name)
    if (!found) throw new Error(`the gateway ${name} has not been started`)
    return found
  }

  get control(): ControlLink {
    if (!this.#control) throw new Error('the controller has not been started')
    return this.#control
  }

  get controllerProcess(): LabProcess {
    if (!this.#controller) throw new Error('the controller has not been started')
    return this.#controller
  }

  get #adminFile(): string {
    return join(this.directory, 'controller/admin.json')
  }

  /** The command line, as a user would run it. Resolves to what it printed. */
  async cli(words: readonly string[], options: { readonly input?: string } = {}): Promise<string> {
    const { stdout, stderr } = await this.tryCli(words, { ...options, accept: [0] })
    return stdout + stderr
  }

  /** The same, whatever its exit status. */
  tryCli(words: readonly string[], options: { readonly input?: string; readonly accept?: readonly number[] } = {}): Promise<RunResult> {
    const accept = [0, 1, 2, 3, 4, 5, 6]
    return run(this.#hostler, words, {
      env: { HOSTLER_CREDENTIALS: this.#adminFile },
      deadlineMs: 300_000,
      accept,
      signal: this.#signal,
      ...options,
    })
  }

  /** @param settings environment variables besides those of the lab */
  async startController(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#controller = await this.lab.spawn(this.#hostler, ['controller', '--data-dir', join(this.directory, 'controller')], {
      env: {
        HOSTLER_CONTROLLER_LISTEN_HOST: this.lab.gateway,
        HOSTLER_CONTROLLER_LISTEN_HEALTH_HOST: this.lab.gateway,
        HOSTLER_CONTROLLER_ADVERTISE: this.lab.gateway,
        ...settings,
      },
    })
    await this.#controller.outputs(/"daemon ready"/, startDeadlineMs)
    const credentials = await readCredentials(this.#adminFile)
    if (!credentials) throw new Error('the controller left no admin credentials')
    this.#control ??= openControlLink(credentials, { callTimeoutMs: 10_000, signal: this.#signal })
  }

  /** @param token undefined: it has joined before, and starts again. */
  async startGateway(
    token: string | undefined,
    { name = firstGateway, port = firstGatewayPort, settings }: GatewayOptions = {},
  ): Promise<void> {
    const joining = token === undefined ? [] : ['--join', token]
    const args = ['gateway', '--data-dir', join(this.directory, `gateway-${name}`), '--name', name, ...joining]
    const env = {
      HOSTLER_GATEWAY_LISTEN_HOST: this.lab.gateway,
      HOSTLER_GATEWAY_LISTEN_PORT: String(port),
      HOSTLER_GATEWAY_ACCESS_LOG_SAMPLE: '0',
      ...settings,
    }
    this.#gateways.set(name, await this.lab.spawn(this.#hostler, args, { env }))
    await eventually(async () => (await fetch(`${this.originAt(port)}/healthz`)).ok, {
      deadlineMs: startDeadlineMs,
      what: `the gateway ${name} to answer`,
      signal: this.#signal,
    })
  }

  /** Gives a host its fake GPUs, loads the engine's image, if it is to have one, and starts its agent. */
  async addMember(host: LabHost, engine: LabEngine | undefined, token: string, gpus: number): Promise<Member> {
    const nvidiaSmi = join(host.directory, 'nvidia-smi')
    await symlink(fakeNvidiaSmi, nvidiaSmi)
    await mkdir(`${nvidiaSmi}.d`)
    const settings = {
      gpus: String(gpus),
      // The fake finds holders among all processes of this machine, so two labs may not have a GPU of the same name.
      uuid_prefix: this.lab.runId + Number(host.address.split('.').at(-1)).toString(16).padStart(2, '0'),
      model: 'NVIDIA A100',
      memory_mib: '40960',
    }
    for (const [name, value] of Object.entries(settings)) await writeFile(join(`${nvidiaSmi}.d`, name), `${value}\n`)
    await chmod(fakeNvidiaSmi, 0o755)
    await engine?.load(host.docker)
    const member = { host, nvidiaSmi, process: await this.#spawnAgent(host, nvidiaSmi, token) }
    this.members.push(member)
    return member
  }

  /** What a service manager does after an agent died. */
  async restartAgent(member: Member): Promise<void> {
    member.process = await this.#spawnAgent(member.host, member.nvidiaSmi, undefined)
  }

  #spawnAgent(host: LabHost, nvidiaSmi: string, token: string | undefined): Promise<LabProcess> {
    const joining = token === undefined ? [] : ['--join', token]
    return host.spawn(this.#hostler, ['agent', '--data-dir', join(host.directory, 'agent'), '--name', host.name, ...joining], {
      env: { HOSTLER_AGENT_NVIDIA_SMI_PATH: nvidiaSmi, HOSTLER_AGENT_MODEL_DIR: join(root, '.cache/lab/models') },
    })
  }

  /** What every process said, for when something went wrong. */
  lastWords(): string {
    const tail = (name: string, process: LabProcess | undefined) =>
      process ? `--- ${name}\n${(process.stdout + process.stderr).split('\n').slice(-25).join('\n')}\n` : ''
    return [
      tail('controller', this.#controller),
      ...[...this.#gateways].map(([name, process]) => tail(`gateway ${name}`, process)),
      ...this.members.map((member) => tail(`agent of ${member.host.name}`, member.process)),
    ].join('')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#control?.[Symbol.dispose]()
    await Promise.allSettled(
      [...this.#gateways.values(), this.#controller, ...this.members.map((member) => member.process)].map((process) =>
        process?.stop(10_000),
      ),
    )
  }
}
