import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openControlLink } from '../../controller/cli/link/control-link.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import { labEngine } from '../../test/lab/engine.ts'
import { createLab } from '../../test/lab/lab.ts'
import { whyNot } from '../../test/lab/requires.ts'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import type { Programs } from '../prepare/programs.ts'
import { deploymentSpecs, replicaCount } from './deployments.ts'

/** A host with an agent that has work: replicas that are ready and stay so. */
export interface AgentHost extends AsyncDisposable {
  readonly agentPid: number
  readonly gpus: number
  readonly containers: number
}

const gpus = 8
const startMs = 30_000
const readyMs = 240_000
const fakeNvidiaSmi = join(import.meta.dirname, '../../test/fixtures/fake-nvidia-smi')

/** A link to the fake with settings of its own. It names itself a fake. */
const giveGpus = async (directory: string): Promise<string> => {
  const program = join(directory, 'nvidia-smi')
  await symlink(fakeNvidiaSmi, program)
  await mkdir(`${program}.d`)
  await writeFile(join(`${program}.d`, 'gpus'), `${gpus}\n`)
  return program
}

/** Starts a controller, and a host with a container engine and an agent, all real; deploys and waits until all replicas are ready. */
export const startAgentHost = async (programs: Programs, { directory, profileDirectory, signal, say }: BenchRun): Promise<AgentHost> => {
  const reason = whyNot({ root: true, engine: true })
  if (reason) throw new Error(`the agent is measured on a real host with a real container engine: ${reason}`)
  await using opening = new AsyncDisposableStack()
  const engine = await labEngine()
  const lab = opening.use(await createLab({ signal }))
  say('starting a host with a container engine, a controller, and an agent')
  const host = await lab.addHost({ engine: true })
  await engine.load(host.docker)

  const controllerDir = join(directory, 'controller')
  const controller = await lab.spawn(programs.hostler, ['controller', '--data-dir', controllerDir], {
    env: {
      HOSTLER_CONTROLLER_LISTEN_HOST: lab.gateway,
      HOSTLER_CONTROLLER_LISTEN_HEALTH_HOST: lab.gateway,
      HOSTLER_CONTROLLER_ADVERTISE: lab.gateway,
    },
  })
  await controller.outputs(/"daemon ready"/, startMs)
  const admin = await readCredentials(join(controllerDir, 'admin.json'))
  if (!admin) throw new Error('the controller left no admin credentials')
  const control = opening.use(openControlLink(admin, { callTimeoutMs: 10_000, signal }))
  const { token } = await control.createToken({ kind: 'host', ttlMs: 0, uses: 1, role: '', name: '' })

  const agentArgs = ['agent', '--data-dir', join(host.directory, 'agent'), '--name', host.name, '--join', token]
  const profiling = profileDirectory === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDirectory}` }
  const agent = await host.spawn(programs.hostler, agentArgs, {
    env: { ...profiling, HOSTLER_AGENT_NVIDIA_SMI_PATH: await giveGpus(host.directory), HOSTLER_AGENT_MODEL_DIR: engine.modelDirectory },
  })
  await agent.outputs(/"connected to the controller"/, startMs)

  say(`deploying ${replicaCount} replicas`)
  for (const text of deploymentSpecs(await engine.modelFile(1), engine.image)) await control.apply(text, 'bench', false)
  const isReady = async () => {
    const { replicas } = await control.fleet(['replicas'])
    return replicas.filter(({ phase }) => phase === 'ready').length === replicaCount
  }
  await eventually(isReady, {
    deadlineMs: readyMs,
    what: `${replicaCount} replicas to be ready\n${agent.stdout.slice(-2_000)}`,
    everyMs: 500,
    signal,
  })
  const containers = (await host.docker.listContainers()).length
  // Before the lab ends it by force, so that it can write a profile.
  opening.defer(async () => void (await agent.stop(10_000)))
  const resources = opening.move()
  return { agentPid: agent.pid, gpus, containers, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}
