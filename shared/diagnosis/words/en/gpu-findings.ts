import type { GpuFindings } from '../../catalogue/gpu.ts'
import type { Remedy, RoomWords } from '../../catalogue/room.ts'
import { type KnownXid, type XidAction, xidActions } from '../../catalogue/xid.ts'
import { xidActionWords, xidWords } from './xid.ts'

const at = (bus: string, uuid: string): string => (bus === '' ? uuid : `at ${bus}`)

const drain: Remedy = { text: 'Drain the host: its replicas serve elsewhere before they leave it', command: 'hostler drain HOST' }
const reset = (bus: string): Remedy[] => [
  drain,
  { text: 'Reset the GPU', command: bus === '' ? 'nvidia-smi --gpu-reset' : `nvidia-smi --gpu-reset -i ${bus}` },
]
const reboot: Remedy[] = [drain, { text: 'Reboot the host', command: 'systemctl reboot' }]
const replace: Remedy[] = [drain, { text: 'Collect what the maker asks for, and have the board replaced', command: 'nvidia-bug-report.sh' }]

const remediesOf = (action: string, bus: string): Remedy[] => {
  if (action === 'reset') return reset(bus)
  if (action === 'reboot') return reboot
  if (action === 'replace') return replace
  const words = xidActions.includes(action as XidAction)
    ? xidActionWords[action as XidAction]
    : 'Look the code up in the Xid catalog of NVIDIA'
  return [{ text: words, command: 'dmesg --ctime | grep -i xid' }]
}

export const gpuFindings: RoomWords<never, GpuFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'gpu.missing': ({ bus, onBus, inDriver }) => ({
    title: `The GPU at ${bus} is not usable: the driver shows ${inDriver} of ${onBus} GPUs`,
    why: 'The PCI bus shows the board, so it has power and sits in its slot, but the driver could not start it or has given it up. Replicas cannot be placed on it.',
    remedies: [
      { text: 'See what the driver says of it', command: `dmesg --ctime | grep -iE "nvrm|xid|${bus}"` },
      ...reboot,
      { text: 'If it stays away after a cold start, reseat it', command: '' },
    ],
  }),
  'gpu.gone': ({ uuid, replicas }) => ({
    title: `The GPU ${uuid} is gone${replicas.length === 0 ? '' : `; ${replicas.join(', ')} cannot run without it`}`,
    why: 'It is expected here, and neither the driver nor the PCI bus shows it any more: it lost power or its connection, or was taken out.',
    remedies: [
      { text: 'See what was said of it last', command: 'dmesg --ctime | grep -iE "nvrm|xid|pcieport"' },
      ...reboot,
      { text: 'Reseat it, and check its power cables', command: '' },
    ],
  }),
  'gpu.unreadable': ({ bus, faults }) => ({
    title: `The GPU at ${bus} does not tell its state: ${faults.join(', ')}`,
    why: 'The driver knows it and fails to read it, which is how a GPU looks that has just failed.',
    remedies: [{ text: 'See what the driver says of it', command: 'dmesg --ctime | grep -iE "nvrm|xid"' }, ...reboot],
  }),
  'gpu.driver-wedged': ({ detail, stuck }) => ({
    title: 'The NVIDIA driver hangs',
    why: `${detail}. ${stuck.length === 0 ? '' : `Stuck in the kernel: ${stuck.join(', ')}. `}Running engines may go on, but nothing about the GPUs can be seen or changed, and engines that end may never let go of theirs.`,
    remedies: [{ text: 'See where it hangs', command: 'dmesg --ctime | grep -iE "nvrm|xid|blocked for more"' }, ...reboot],
  }),
  'gpu.driver-mismatch': ({ kernel, tools }) => ({
    title: `The NVIDIA driver in the kernel (${kernel}) is not that of its programs (${tools})`,
    why: 'The driver package was upgraded and the old module still runs. Engines that run go on; no new one can use a GPU.',
    remedies: [
      ...reboot,
      {
        text: 'Keep unattended upgrades from doing this again',
        command: "apt-mark hold $(dpkg -l | awk '/nvidia-(driver|kernel|utils)/ {print $2}')",
      },
    ],
  }),
  'gpu.driver-unreachable': ({ detail, loaded }) => ({
    title: 'The NVIDIA driver cannot be reached',
    why: `${detail}. The kernel module is ${loaded ? 'loaded, so it failed to start a GPU' : 'not loaded: it is not built for this kernel, or is blocked'}.`,
    remedies: [
      { text: 'Load it, and see what it says', command: 'modprobe nvidia; dmesg | tail -n 30' },
      { text: 'After a kernel upgrade, build it for this kernel', command: 'dkms autoinstall' },
    ],
  }),
  'gpu.figures-old': ({ detail }) => ({
    title: 'The figures of the GPUs are not fresh',
    why: `${detail}. What is shown of the GPUs is as old as their age says.`,
    remedies: [{ text: 'Ask by hand', command: 'timeout 20 nvidia-smi' }],
  }),
  'gpu.xid': ({ bus, uuid, code, action, times, processes, recurring }) => ({
    title: `Xid ${code} on the GPU ${at(bus, uuid)}: ${xidWords[code as KnownXid] ?? 'a fault that is not in the table'}${times === 1 ? '' : `, ${times} times`}`,
    why: `${processes.length === 0 ? '' : `It named ${processes.join(', ')}. `}${
      recurring ? 'It keeps coming back, which points to the hardware rather than to a program. ' : ''
    }${xidActions.includes(action as XidAction) ? `${xidActionWords[action as XidAction]}.` : ''}`,
    remedies: [
      ...remediesOf(action, bus),
      ...(recurring && action !== 'replace'
        ? [{ text: 'If it comes back after that, have the board replaced', command: 'nvidia-bug-report.sh' }]
        : []),
    ],
  }),
  'gpu.sxid': ({ bus, code, fatal, times, links }) => ({
    title: `${fatal ? 'Fatal' : 'Non-fatal'} SXid ${code} on the NVSwitch at ${bus}${times === 1 ? '' : `, ${times} times`}`,
    why: `${links.length === 0 ? '' : `Links ${links.join(', ')}. `}${fatal ? 'GPUs behind it lose their NVLinks; replicas on several GPUs fail.' : 'It was dealt with; many of them point to a link that is about to fail.'}`,
    remedies: fatal
      ? [...reboot, { text: 'See what the fabric manager says', command: 'journalctl -u nvidia-fabricmanager --since -1h' }]
      : [{ text: 'See what the fabric manager says', command: 'journalctl -u nvidia-fabricmanager --since -1h' }],
  }),
  'gpu.recovery-action': ({ bus, uuid, action }) => ({
    title: `The driver asks for "${action}" on the GPU ${at(bus, uuid)}`,
    why: 'The driver has found that the GPU cannot go on, or not for long, without this.',
    remedies: /reboot/i.test(action) ? reboot : reset(bus),
  }),
  'gpu.row-remap-pending': ({ bus, uuid }) => ({
    title: `A bad row of memory of the GPU ${at(bus, uuid)} waits to be replaced by a spare one`,
    why: 'Until the next reset the bad row stays in use or fenced off; more errors may follow.',
    remedies: reset(bus),
  }),
  'gpu.row-remap-failed': ({ bus, uuid }) => ({
    title: `The memory of the GPU ${at(bus, uuid)} has no spare rows left where it needs one`,
    why: 'Errors can no longer be repaired: results may be lost at any time.',
    remedies: replace,
  }),
  'gpu.pages-pending': ({ bus, uuid }) => ({
    title: `Bad memory pages of the GPU ${at(bus, uuid)} wait to be taken out of use`,
    why: 'It happens when the driver is loaded anew.',
    remedies: reboot,
  }),
  'gpu.pages-many': ({ bus, uuid, pages }) => ({
    title: `${pages} memory pages of the GPU ${at(bus, uuid)} are out of use`,
    why: 'A board may have 64; from 60 on its maker takes it back.',
    remedies: replace,
  }),
  'gpu.uncorrected-errors': ({ bus, uuid, sram, dram, thresholdExceeded }) => ({
    title: `Uncorrected memory errors on the GPU ${at(bus, uuid)}: ${sram} on the chip, ${dram} in its memory`,
    why: thresholdExceeded
      ? 'On-chip errors are past the limit of the maker: it will fail again.'
      : 'Since the driver was loaded. Each of them cost a program its work; errors on the chip cannot be repaired.',
    remedies: thresholdExceeded
      ? replace
      : [...reset(bus), { text: 'If they come back, have the board replaced', command: 'nvidia-bug-report.sh' }],
  }),
  'gpu.repair-pending': ({ bus, uuid, parts }) => ({
    title: `The GPU ${at(bus, uuid)} waits for a reset to repair itself (${parts.join(', ')})`,
    why: 'The repair is made as it is reset.',
    remedies: reset(bus),
  }),
  'gpu.memory-unrepairable': ({ bus, uuid }) => ({
    title: `The memory of the GPU ${at(bus, uuid)} cannot be repaired`,
    why: 'The driver says so.',
    remedies: replace,
  }),
  'gpu.ecc-off': ({ bus, uuid }) => ({
    title: `Error correction is off on the GPU ${at(bus, uuid)}`,
    why: 'Bit errors go unnoticed, and answers may be wrong without a sign of it.',
    remedies: [{ text: 'Turn it on; it takes effect after a reset', command: `nvidia-smi -e 1${bus === '' ? '' : ` -i ${bus}`}` }],
  }),
  'gpu.throttled': ({ bus, uuid, reason, minutes, celsius }) => ({
    title: `The GPU ${at(bus, uuid)} slows itself down: ${
      reason === 'thermal'
        ? `too hot${celsius > 0 ? ` (${celsius} °C)` : ''}`
        : reason === 'power-brake'
          ? 'the power supply asks for it'
          : 'the hardware asks for it'
    }`,
    why: `${minutes < 0 ? 'It does so now' : `In ${minutes} of the last ten minutes`}. Replicas on it answer late, and those that share work with it wait.`,
    remedies:
      reason === 'thermal'
        ? [{ text: 'Check fans, filters and the temperature of the room', command: 'nvidia-smi -q -d TEMPERATURE,PERFORMANCE' }]
        : [{ text: 'Check power supplies, cables and the power cap of the rack', command: 'ipmitool sdr type "Power Supply"' }],
  }),
  'gpu.pcie-degraded': ({ bus, uuid, width, widthMax, generation, generationMax }) => ({
    title: `The PCIe link of the GPU ${at(bus, uuid)} is slower than it can be: x${width} of x${widthMax}, generation ${generation} of ${generationMax}`,
    why: 'It was read under load, so it is not saving power. Loading weights and traffic between hosts take longer.',
    remedies: [
      { text: 'See what both ends can do', command: `lspci -vvs ${bus} | grep -E "LnkCap|LnkSta"` },
      { text: 'Reseat the board or its riser', command: '' },
    ],
  }),
  'gpu.pcie-replays': ({ bus, uuid, perMinute }) => ({
    title: `The PCIe link of the GPU ${at(bus, uuid)} sends ${Math.round(perMinute)} packets a minute again`,
    why: 'The connection is poor: dirt, a riser or the slot. It often ends in a GPU that falls off the bus.',
    remedies: [
      { text: 'See whether the bus reports errors', command: 'dmesg --ctime | grep -i aer' },
      { text: 'Reseat the board or its riser', command: '' },
    ],
  }),
  'gpu.nvlink-down': ({ bus, uuid, links, active }) => ({
    title: `${links.length === 1 ? `NVLink ${links[0]} is` : `NVLinks ${links.join(', ')} are`} down on the GPU ${at(bus, uuid)}; ${active} are up`,
    why: 'Replicas on several GPUs get slower, or fail as they start.',
    remedies: [{ text: 'See the state of all links', command: 'nvidia-smi nvlink --status' }, ...reset(bus)],
  }),
  'gpu.nvlink-errors': ({ bus, uuid, link, perSecond }) => ({
    title: `NVLink ${link} of the GPU ${at(bus, uuid)} has ${Math.round(perSecond)} CRC errors a second`,
    why: 'What is damaged is sent again, so the link is slow, and may fail.',
    remedies: [{ text: 'See the errors of all links', command: 'nvidia-smi nvlink -e' }, ...reset(bus)],
  }),
  'gpu.foreign-holder': ({ bus, uuid, pid, process, container, usedMiB, replica }) => ({
    title: `${process} (pid ${pid}${container === '' ? '' : `, container ${container}`}) holds ${usedMiB} MiB of the GPU ${at(bus, uuid)} and is not ours`,
    why:
      replica === ''
        ? 'No replica is to run there now; one that is placed there will find less memory than the board has.'
        : `${replica} is to run there, and has that much less memory.`,
    remedies: [
      { text: 'See what it is', command: `ps -o pid,user,etime,args -p ${pid}` },
      { text: 'Stop it, or give it a GPU of its own', command: container === '' ? `kill ${pid}` : `docker stop ${container}` },
    ],
  }),
  'gpu.lost-in-container': ({ replica, container, evidence }) => ({
    title: `The container of ${replica} has lost its access to the GPU, which is well outside`,
    why: `${evidence}. systemctl daemon-reload takes the device permissions of containers away that the NVIDIA runtime hook gave them.`,
    remedies: [
      { text: 'Remove the container: the agent starts it again, and it gets them anew', command: `docker rm -f ${container}` },
      { text: 'Hand GPUs out by CDI, which systemd knows of', command: 'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml' },
    ],
  }),
  'gpu.persistence-off': ({ gpus }) => ({
    title: `Persistence is off on ${gpus} GPU${gpus === 1 ? '' : 's'}`,
    why: 'The driver lets go of a GPU that nobody uses, and each start of an engine, and each look at it, takes seconds longer.',
    remedies: [{ text: 'Run the daemon that keeps them open', command: 'systemctl enable --now nvidia-persistenced' }],
  }),
}
