import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, countValue } from '../options.ts'
import { copyLog } from '../output/logs.ts'
import type { Fleet } from '../view/fleet.ts'

interface Options {
  readonly follow?: boolean
  readonly tail: number
  readonly timestamps?: boolean
}

/** The replica of this id with all its members, one member, or all of the deployment of this name. */
const replicasOf = (fleet: Fleet, name: string): readonly string[] => {
  const ids = fleet.replicas.flatMap(({ id, deployment, workers }) => {
    const workerIds = workers.map((worker) => worker.id)
    return id === name || deployment === name ? [id, ...workerIds] : workerIds.filter((workerId) => workerId === name)
  })
  if (ids.length > 0) return ids
  if (fleet.deployments.some((deployment) => deployment.name === name))
    throw new HostlerError('NOT_FOUND', `${name} has no replicas yet; hostler describe ${name} says why`)
  throw new HostlerError('NOT_FOUND', `no replica or deployment is named ${name}; see: hostler get replicas`)
}

export const logs: RegisterCommand = (program, run) => {
  program
    .command('logs')
    .description('print the log of a replica, or of all replicas of a deployment')
    .argument('<replica-or-deployment>')
    .addOption(new Option('-f, --follow', 'go on until Ctrl-C'))
    .addOption(new Option('--tail <lines>', 'how many of the last lines').argParser(countValue(1)).default(200))
    .addOption(new Option('--timestamps', 'put the time before each line'))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, name: string, { follow = false, tail, timestamps = false }: Options) => {
        const link = await context.link()
        const ids = replicasOf(await link.fleet(['deployments', 'replicas']), name)
        const withId = ids.length > 1
        const query = (replica: string) => ({ replica, tailLines: tail, follow, timestamps })
        if (follow) {
          await Promise.all(ids.map((id) => copyLog(context, link, query(id), withId)))
          return
        }
        // One after another, so that the logs do not mix.
        for (const id of ids) await copyLog(context, link, query(id), withId)
      }),
    )
}
