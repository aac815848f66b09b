import { describeSize } from '../../../units/size.ts'
import type { ReplicaFindings } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostCommands as commands } from '../commands/host.ts'

export const replicaFindings: RoomWords<never, ReplicaFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'host.memlock-limited': ({ replica, limitKiB, gpus, rdma, asked, runtime }) => ({
    title: `Replica ${replica} may lock ${describeSize(limitKiB / 1024)} of memory, not any amount`,
    why:
      `${rdma ? 'This host has RDMA: NCCL registers memory with the card' : gpus > 1 ? `It runs on ${gpus} GPUs: NCCL registers memory` : 'Registering memory'}` +
      `, which fails past the limit ("Cannot allocate memory").${asked ? ' Its spec asks for an unlimited one, which could not be granted.' : ''}`,
    remedies: [
      {
        text: 'Lift the limit of the service that starts it; this restarts the service',
        command: commands.raiseLimit(runtime, 'LimitMEMLOCK=infinity'),
      },
      { text: 'Ask for it in the deployment, so that a launch without it fails and says so: memlock: require', command: '' },
      ...(runtime === 'docker' ? [{ text: 'For a container that you run by hand', command: commands.dockerMemlock }] : []),
    ],
  }),
  'host.open-files': ({ replica, open, limit, runtime }) => ({
    title: `Replica ${replica} has ${open} files open and may have ${limit}`,
    why: 'Each connection is an open file. At the limit new connections are refused with "Too many open files", while those that are open go on.',
    remedies: [
      {
        text: 'Lift the limit of the service that starts it; this restarts the service',
        command: commands.raiseLimit(runtime, 'LimitNOFILE=1048576'),
      },
    ],
  }),
  'host.shm-small': ({ replica, sizeMiB, gpus, askedMiB }) => ({
    title: `Replica ${replica} runs on ${gpus} GPUs with ${describeSize(sizeMiB)} of /dev/shm`,
    why:
      'The processes of one replica exchange data through it; NCCL fails with "Error while creating shared memory segment" when it is full. ' +
      `${askedMiB === 0 ? 'Its spec leaves the size to the container engine, whose default is 64 MiB.' : `Its spec asks for ${describeSize(askedMiB)}.`}`,
    remedies: [
      { text: 'Ask for more in the deployment: resources.shm: 16Gi. A tmpfs takes only what is in it', command: '' },
      { text: 'For a container that you run by hand', command: commands.dockerShm },
    ],
  }),
  'host.replica-swapped': ({ replica, swappedMiB }) => ({
    title: `${describeSize(swappedMiB)} of replica ${replica} are swapped out`,
    why: 'Each request that touches them waits for the disk. An engine that swaps is slower than one with fewer sequences.',
    remedies: [
      { text: 'See what takes the memory', command: commands.mostMemory },
      { text: 'With enough memory available, bring all of it back', command: commands.swapOff },
      { text: 'Let the kernel swap less', command: commands.lessSwap },
    ],
  }),
  'host.cpu-throttled': ({ replica, percent, thresholdPercent }) => ({
    title: `Replica ${replica} was held back by its processor limit in ${percent} % of periods`,
    why: `More than ${thresholdPercent} % shows in the time to first token: the engine feeds the GPU from the processor, and stands still until its next period.`,
    remedies: [
      { text: 'See its limit', command: commands.cpuLimit(replica) },
      { text: 'Take it away or raise it where it was set', command: '' },
    ],
  }),
}
