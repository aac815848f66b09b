import type { TuningFindings } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostCommands as commands } from '../commands/host.ts'

const atBoot = (file: string, value: string) =>
  file === '' ? 'No file sets it for the next boot.' : `At the next boot ${file} sets it to ${value}.`

export const tuningFindings: RoomWords<never, TuningFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'host.no-profile': () => ({
    title: 'No tuning profile is wanted for this host',
    why: "Linux's defaults are for general use: they drop connections of a busy service and swap weights out. Nothing is known to be broken.",
    remedies: [{ text: 'See what a profile would change; nothing is changed', command: commands.tunePlan }],
  }),
  'host.setting-differs': ({ key, wanted, live, profile, file, fileValue, by }) => ({
    title: `${key} is ${live || 'not set'}; the profile ${profile} wants ${wanted}`,
    why:
      by === ''
        ? `Somebody or something changed it. ${atBoot(file, fileValue)}`
        : `${by} owns the same setting and sets it again. ${atBoot(file, fileValue)}`,
    remedies: [
      { text: 'See who sets it', command: commands.whoSets(key) },
      ...(by === 'tuned' ? [{ text: 'If the profile is to hold, end tuned', command: commands.tunedOff }] : []),
      { text: 'Apply the profile again', command: commands.tuneApply },
    ],
  }),
  'host.setting-overridden': ({ key, wanted, file, fileValue, profile }) =>
    file === ''
      ? {
          title: `${key} holds now, but no file sets it for the next boot`,
          why: `The profile ${profile} wants ${wanted}. After a reboot the host has the kernel's default until the profile is applied again.`,
          remedies: [{ text: 'Apply the profile again, which writes it down', command: commands.tuneApply }],
        }
      : {
          title: `${key} holds now, but ${file} sets it to ${fileValue} at the next boot`,
          why: `The profile ${profile} wants ${wanted}. Files are read by name and the last one wins: ${file} comes after the one of Hostler.`,
          remedies: [
            { text: 'See all files in the order of the boot', command: commands.bootOrder(key) },
            { text: 'Take the line out of that file, then apply the profile again', command: commands.whoSets(key) },
          ],
        },
  'host.setting-pending': ({ key, wanted, live }) => ({
    title: `${key} of the container engine becomes ${wanted} when it is started again; it is ${live || 'not set'} now`,
    why: 'A limit of a service holds from its next start on. Hostler does not restart a container engine by itself: without live-restore that ends every container.',
    remedies: [
      { text: 'See whether containers outlive a restart (true)', command: commands.liveRestore },
      { text: 'With replicas moved away, or with live-restore, start it again', command: commands.restartRuntime('docker') },
    ],
  }),
  'host.setting-not-in-containers': ({ key, wanted, values, replicas }) => ({
    title: `${key} is ${[...new Set(values)].join(', ')} inside ${replicas.join(', ')}; ${wanted} is wanted`,
    why: "These containers have a network namespace of their own, where the host's value does not count. The engine in there runs with the kernel's default.",
    remedies: [
      {
        text: 'Run it with host networking, as Hostler does, or give the container the setting',
        command: commands.dockerSysctl(key, wanted),
      },
    ],
  }),
  'host.setting-advice': ({ key, wanted, live, reason }) => ({
    title: `${key} is ${live || 'not set'}; ${wanted} is advised`,
    why: reason,
    remedies: [{ text: 'See all advice of the profile', command: commands.tuneStatus }],
  }),
  'host.tuning-conflict': ({ with: owner, keys, message, remedy }) => ({
    title: `${owner} sets what the profile sets too: ${keys.join(', ')}`,
    why: `${message} Hostler does not fight over a setting.`,
    remedies: [
      {
        text: remedy || 'Decide who owns the settings',
        command: owner === 'tuned' ? commands.tunedActive : commands.whoSets(keys[0] ?? ''),
      },
      ...(owner === 'tuned' ? [{ text: 'If the profile is to hold, end tuned', command: commands.tunedOff }] : []),
    ],
  }),
  'host.tuning-failed': ({ profile, message }) => ({
    title: `The profile ${profile} could not be applied, and what was begun was undone`,
    why: message,
    remedies: [
      { text: 'See each setting and why', command: commands.tuneStatus },
      { text: 'Try again', command: commands.tuneApply },
    ],
  }),
  'host.backlog-below-limit': ({ replica, port, backlog, somaxconn, waiting }) => ({
    title: `Replica ${replica} lets ${backlog} connections wait at port ${port}, though the host allows ${somaxconn}`,
    why:
      'net.core.somaxconn is only the upper limit: the engine asks for its own queue when it listens, and this one asked for less. ' +
      `${waiting} wait now. uvicorn, which vLLM and SGLang use, asks for 2048 unless it is told otherwise.`,
    remedies: [
      { text: 'Watch the queue (Recv-Q waits, Send-Q is the limit)', command: commands.listener(port) },
      { text: 'If it fills up, raise the backlog by the option of the engine, or add replicas', command: '' },
    ],
  }),
  'host.fast-open-unused': ({ value }) => ({
    title: `TCP Fast Open is on (net.ipv4.tcp_fastopen = ${value}), and nothing uses it`,
    why: 'Since the boot not one connection brought data with its first packet. A server has to ask for it on its socket, and so have clients; inference engines do not.',
    remedies: [
      { text: 'See the counters', command: commands.fastOpenCounters },
      { text: 'Turn it on for every listener, whether it asks or not', command: commands.fastOpenEverywhere(value) },
    ],
  }),
}
