import type { OomCauses, OomEvents, OomFindings, oomChecks } from '../../catalogue/oom.ts'
import type { Remedy, RoomWords } from '../../catalogue/room.ts'
import { engineEvents } from './engine.ts'

const phases: Readonly<Record<string, string>> = {
  load: 'as it loaded the weights',
  'graph-capture': 'as it warmed up and captured graphs',
  'kv-cache': 'as it set up its KV cache',
  run: 'as it served',
}

const gib = (mib: number): string => (mib < 1_024 ? `${Math.round(mib)} MiB` : `${(mib / 1_024).toFixed(1)} GiB`)
const step = (name: string, from: string, to: string): string => `${name} ${to} (now ${from === '' ? "the engine's default" : from})`
const stepsOf = (names: readonly string[], from: readonly string[], to: readonly string[]): string =>
  names.map((name, at) => step(name, from[at] ?? '', to[at] ?? '')).join(' and ')

const oomRemedies = (params: OomFindings['oom.gpu-memory']): Remedy[] => {
  const { remedy, names, from, to, missingMiB, adjusted, deployment } = params
  const apply = `hostler deploy -f ${deployment}.yaml`
  if (remedy === 'change' && adjusted)
    return [{ text: `The agent has set ${stepsOf(names, from, to)}; put it into the deployment to keep it`, command: apply }]
  if (remedy === 'change')
    return [
      {
        text: `Set ${stepsOf(names, from, to)} in the engine's arguments, or onOOM: adjust to let the agent find what fits`,
        command: apply,
      },
    ]
  if (remedy === 'weights')
    return [
      {
        text: `Give it more GPUs (parallelism.tensor)${missingMiB > 0 ? `: at least ${gib(missingMiB)} are missing on each` : ''}`,
        command: apply,
      },
      { text: 'Or serve a quantised variant of the model', command: apply },
    ]
  if (remedy === 'foreign')
    return [
      {
        text: 'Stop or cap what else holds the GPU; change nothing of this deployment',
        command: 'nvidia-smi --query-compute-apps=gpu_uuid,pid,used_memory,process_name --format=csv',
      },
    ]
  return [{ text: 'No smaller setting is left to try: give it more GPUs, or a quantised or smaller model', command: apply }]
}

export const oom: RoomWords<(typeof oomChecks)[number], OomFindings, OomCauses, OomEvents> = {
  checks: {
    'oom.gpu-memory': 'Engines that ran out of GPU memory, by their own logs',
    'oom.host-memory': 'Engines that the kernel killed for want of memory',
    'oom.memory-limits': 'Replicas that are close to their memory limit',
    'oom.nccl': 'Shared and locked memory that NCCL asked for and did not get',
  },
  findings: {
    'oom.gpu-memory': (params) => ({
      title: `${params.replica} ran out of GPU memory${phases[params.phase] ? ` ${phases[params.phase]}` : ''}${params.triedMiB < 0 ? '' : `: it asked for ${gib(params.triedMiB)}${params.freeMiB < 0 ? '' : `, ${gib(params.freeMiB)} were free`}`}`,
      why: `${params.engine === '' ? 'The engine' : params.engine} says so itself${params.capacityMiB < 0 ? '' : `; the GPU has ${gib(params.capacityMiB)}`}${params.times > 1 ? `. It happened ${params.times} times` : ''}. Until it fits, requests go to its other replicas or wait.`,
      remedies: oomRemedies(params),
    }),
    'oom.foreign-holder': ({ replica, pid, process, container, usedMiB }) => ({
      title: `${process} (pid ${pid}${container === '' ? '' : `, container ${container}`}) holds ${gib(usedMiB)} of the GPU that ${replica} ran out of`,
      why: 'It is not ours, and the replica would have had room without it. Nothing of the replica needs to change.',
      remedies: [
        { text: 'See what it is', command: `ps -o pid,user,etime,args -p ${pid}` },
        { text: 'Stop it, or give it a GPU of its own', command: container === '' ? `kill ${pid}` : `docker stop ${container}` },
      ],
    }),
    'oom.unrecognised': ({ replica, line }) => ({
      title: `${replica} wrote a line that looks like a want of memory and is not known`,
      why: `No pattern fits it, so neither the phase nor a remedy can be told: ${line}`,
      remedies: [{ text: 'Read what stands around it', command: `hostler logs ${replica} --tail 200` }],
    }),
    'oom.host-kill': ({ replica, container, process, scope, limitMiB, anonMiB, times }) => ({
      title: `The kernel killed ${process === '' ? 'the engine' : process} of ${replica === '' ? container || 'this host' : replica}${times > 1 ? ` ${times} times` : ''}: ${scope === 'host' ? 'the host ran out of memory' : `its memory limit${limitMiB > 0 ? ` of ${gib(limitMiB)}` : ''} was reached`}`,
      why: `${anonMiB > 0 ? `It had ${gib(anonMiB)} of its own. ` : ''}This is the memory of the host, not of the GPU. All requests it had in flight were lost.`,
      remedies:
        scope === 'host'
          ? [
              { text: 'See who uses the memory', command: 'ps -eo pid,rss,args --sort=-rss | head' },
              {
                text: 'Give replicas a limit (resources.memory.limit), so that one does not take down another',
                command: `hostler describe replica ${replica}`,
              },
            ]
          : [{ text: 'Raise resources.memory.limit of the deployment', command: `hostler describe replica ${replica}` }],
    }),
    'oom.killed-otherwise': ({ replica, exitCode }) => ({
      title: `${replica} was killed (exit code ${exitCode}), and not for want of memory as far as can be seen`,
      why: 'Neither the kernel, nor its cgroup, nor the container engine says that memory was the reason: a person, a supervisor or a health check may have killed it.',
      remedies: [{ text: 'Read its last lines', command: `hostler logs ${replica} --tail 100` }],
    }),
    'oom.limit-near': ({ replica, usedMiB, limitMiB, percent }) => ({
      title: `${replica} uses ${percent} % of its memory limit (${gib(usedMiB)} of ${gib(limitMiB)})`,
      why: 'What can be given back, such as cached files, is not counted. At the limit the kernel kills it.',
      remedies: [{ text: 'Raise resources.memory.limit of the deployment', command: `hostler describe replica ${replica}` }],
    }),
    'oom.adjusted': ({ replica, names, from, to, held }) => ({
      title: `${replica} runs with ${names.map((name, at) => `${name} ${to[at]} in place of ${from[at] === '' ? "the engine's default" : from[at]}`).join(', ')} after it ran out of GPU memory`,
      why: held ? 'It has been ready with that since.' : 'It is not yet known whether that holds.',
      remedies: [
        { text: 'Put it into the deployment, so that new replicas start with it', command: `hostler describe replica ${replica}` },
      ],
    }),
    'oom.nccl-memory': ({ replica, cause, shmMiB }) => ({
      title: `NCCL of ${replica} did not get ${cause === 'memlock' ? 'memory that stays in place' : 'shared memory'}`,
      why:
        cause === 'memlock'
          ? 'Its limit for locked memory is too low for RDMA: it fails, or goes over TCP.'
          : `Its /dev/shm${shmMiB > 0 ? ` of ${shmMiB} MiB` : ''} is full. Several GPUs in one replica need much of it.`,
      remedies:
        cause === 'memlock'
          ? [{ text: 'Set memlock: require, and lift the limit of the container engine', command: 'systemctl edit docker' }]
          : [{ text: 'Raise resources.shm of the deployment', command: `hostler describe replica ${replica}` }],
    }),
  },
  causes: {
    'oom.no-kernel-kill': ({ replica }) => `the kernel killed no process of ${replica}`,
    'oom.no-gpu-oom': ({ replica }) => `the log of ${replica} tells of no want of GPU memory`,
    'oom.no-foreign-holder': ({ gpuUuid }) => `no process that is not ours holds the GPU ${gpuUuid}`,
  },
  events: engineEvents,
}
