import { describeSize } from '../../../units/size.ts'
import type { MachineFindings } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostCommands as commands } from '../commands/host.ts'

const times = (count: number) => (count === 1 ? 'once' : `${count} times`)

export const machineFindings: RoomWords<never, MachineFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'host.memory-low': ({ availableMiB, totalMiB, thresholdPercent }) => ({
    title: `${describeSize(availableMiB)} of ${describeSize(totalMiB)} of memory are available; ${thresholdPercent} % is the least`,
    why: 'The kernel soon has to end a process to go on, and picks the largest: an engine.',
    remedies: [
      { text: 'See what takes the memory', command: commands.mostMemory },
      { text: 'Give replicas a limit of their own, so that one of them cannot take the rest: resources.memory', command: '' },
    ],
  }),
  'host.memory-pressure': ({ percent, thresholdPercent }) => ({
    title: `All work stood still ${percent} % of the last five minutes for want of memory`,
    why: `Above ${thresholdPercent} % requests are slow: the kernel reclaims memory, or reads again from the disk what it had to drop.`,
    remedies: [
      { text: 'See what takes the memory', command: commands.mostMemory },
      { text: 'See what is swapped out', command: commands.mostSwapped },
    ],
  }),
  'host.swap-in-use': ({ usedMiB, swapMiB }) => ({
    title: `${describeSize(usedMiB)} of ${describeSize(swapMiB)} of swap are in use, none of it by replicas`,
    why: 'Other programs were swapped out. Replicas are next when memory grows short.',
    remedies: [
      { text: 'See whose it is', command: commands.mostSwapped },
      { text: 'Let the kernel swap less', command: commands.lessSwap },
    ],
  }),
  'host.cpu-pressure': ({ percent, thresholdPercent, load, processors }) => ({
    title: `Work waited for a processor ${percent} % of the last five minutes (load ${load} on ${processors})`,
    why: `Above ${thresholdPercent} % with more work than processors, engines feed their GPUs late and tokens come slowly.`,
    remedies: [{ text: 'See what takes the processors', command: commands.mostProcessor }],
  }),
  'host.clock-unsynchronised': ({ told, service }) => ({
    title: 'Nothing keeps the clock of this host right',
    why:
      `${told} says that it is not synchronised${service === '' ? '' : ` though ${service} is at work`}. A clock that runs away makes certificates invalid, ` +
      'and puts events of several hosts in the wrong order.',
    remedies: [
      { text: 'See what the service says', command: commands.clockState },
      { text: 'Turn synchronisation on', command: commands.synchronise },
      { text: 'Where no service is installed', command: commands.installTimesync },
    ],
  }),
  'host.clock-unknown': () => ({
    title: 'Could not look: nothing on this host can tell whether its clock is right',
    why: 'Neither timedatectl nor chronyc answered. In a virtual machine the hypervisor may keep the clock without saying so.',
    remedies: [{ text: 'Install a service that keeps the clock, and can tell', command: commands.installChrony }],
  }),
  'host.kernel-broken': ({ flags }) => ({
    title: `The kernel has met a fault since the boot: ${flags.join(', ')}`,
    why: 'It goes on, but part of it may be stopped or damaged. What happens on this host from now on cannot be trusted until it is booted again.',
    remedies: [
      { text: 'Read what happened, and keep it', command: commands.kernelFaults },
      { text: 'With replicas moved away, boot it again', command: commands.reboot },
    ],
  }),
  'host.kernel-warned': () => ({
    title: 'The kernel has printed a warning of its own since the boot',
    why: 'Something was not as its authors expected. Drivers do this on healthy hosts too; it matters together with other faults.',
    remedies: [{ text: 'Read it', command: commands.kernelWarnings }],
  }),
  'host.hung-tasks': ({ processes, count }) => ({
    title: `Processes hung in the kernel ${times(count)}: ${processes.join(', ')}`,
    why: 'They waited for minutes for a driver, a disk or a network filesystem, and cannot be killed.',
    remedies: [
      { text: 'See what they wait for', command: commands.blockedTasks },
      { text: 'If it is the GPU driver or a disk that is gone, only a reboot helps', command: commands.reboot },
    ],
  }),
  'host.machine-checks': ({ count }) => ({
    title: `The processors reported hardware errors ${times(count)}`,
    why: 'Memory, a processor or its links made an error. Corrected ones grow into faults.',
    remedies: [
      { text: 'Read which part', command: commands.machineChecks },
      { text: 'Keep a record, by memory module', command: commands.installRasdaemon },
    ],
  }),
  'host.process-stuck': ({ process, pid, waitsIn, replica }) => ({
    title: `${process} (pid ${pid})${replica === '' ? '' : `, of replica ${replica},`} is stuck in the kernel`,
    why: `It waits${waitsIn === '' ? '' : ` in ${waitsIn}`} and has not run between two looks; not even SIGKILL ends it. Most often a driver, a disk or a network filesystem does not answer.`,
    remedies: [
      { text: 'See where it waits', command: commands.kernelStack(pid) },
      { text: 'If what it waits for cannot be brought back, boot the host again with replicas moved away', command: commands.reboot },
    ],
  }),
  'host.runtime-unusable': ({ runtime, problem, replicas }) => ({
    title: `Replicas cannot be run with ${runtime}: ${problem}`,
    why:
      replicas.length === 0 ? 'No replica of this host needs it now.' : `${replicas.join(', ')} cannot be started, stopped or looked at.`,
    remedies: [
      { text: 'See why', command: commands.runtimeState(runtime) },
      { text: 'Restart it', command: commands.restartRuntime(runtime) },
    ],
  }),
  'host.reboot-required': ({ packages }) => ({
    title: `An update waits for a reboot${packages.length === 0 ? '' : `: ${packages.join(', ')}`}`,
    why: 'What runs is older than what is installed. With a new kernel or driver this is how versions that do not match come about.',
    remedies: [{ text: 'With replicas moved away, boot it again', command: commands.reboot }],
  }),
}
