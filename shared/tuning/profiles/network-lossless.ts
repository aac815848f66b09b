import type { TuningProfileInput } from '../document.ts'

const ip = 'https://docs.kernel.org/networking/ip-sysctl.html'
const amd = 'https://instinct.docs.amd.com/projects/gpu-cluster-networking/en/latest/how-to/roce-network-config.html'
const fasterdata = 'https://fasterdata.es.net/host-tuning/linux/'
const nvidia =
  'https://docs.nvidia.com/networking-ethernet-software/cumulus-linux-514/Layer-1-and-Switch-Ports/Quality-of-Service/RDMA-over-Converged-Ethernet-RoCE'
const doRoce = 'https://github.com/NVIDIA/doroce-linux'
const ibm = 'https://www.ibm.com/docs/en/linux-on-systems?topic=setup-high-availability'

/** For hosts whose GPUs talk over RoCE. What switch and card must agree on is looked at and told, never changed. */
export const networkLossless: TuningProfileInput = {
  kind: 'TuningProfile',
  name: 'network-lossless',
  description: 'For hosts with RDMA over Ethernet (RoCE), on top of inference.',
  inherits: 'inference',
  sysctl: {
    'net.ipv4.conf.all.arp_ignore': {
      atLeast: 1,
      reason:
        'With several cards in one network each must answer only for its own address, or RDMA sessions reach the wrong one (ARP flux).',
      source: `${ip} (arp_ignore); ${amd}; ${ibm}`,
    },
    'net.ipv4.conf.all.arp_announce': {
      value: 2,
      reason: 'With several cards in one network each must ask with its own address, or neighbours learn the wrong card.',
      source: `${ip} (arp_announce); ${amd}; ${ibm}`,
    },
    'net.ipv4.conf.all.rp_filter': {
      value: 2,
      reason: 'Strict filtering drops what comes in on another card than the route back leads over, without a word.',
      source: `${ip} (rp_filter); ${ibm}`,
    },
    'net.core.netdev_max_backlog': {
      atLeast: 250_000,
      reason: 'Packets that wait for a CPU; at 100 Gbit/s and more a burst fills a short queue.',
      source: fasterdata,
    },
    'net.core.rmem_max': {
      atLeast: 268_435_456,
      reason: 'NCCL falls back to, and starts over, TCP; one stream at 100 Gbit/s needs a large window.',
      source: fasterdata,
    },
    'net.core.wmem_max': {
      atLeast: 268_435_456,
      reason: 'NCCL falls back to, and starts over, TCP; one stream at 100 Gbit/s needs a large window.',
      source: fasterdata,
    },
  },
  nicRing: {
    rx: {
      atLeast: 'max',
      reason: 'A longer queue in the card rides out moments in which no CPU takes packets from it.',
      source: fasterdata,
    },
    tx: {
      atLeast: 'max',
      reason: 'A longer queue in the card keeps the line busy while the CPU is elsewhere.',
      source: fasterdata,
    },
  },
  nicChecks: {
    pfc: {
      advise: 3,
      reason: 'RoCE traffic needs a priority that is paused rather than dropped; switches usually take 3.',
      source: nvidia,
    },
    ecn: {
      advise: 3,
      reason: 'Senders slow down when a queue fills, before pause frames stop a whole port.',
      source: nvidia,
    },
    trust: {
      advise: 'dscp',
      reason: 'The priority of a packet survives routers only in its DSCP field.',
      source: doRoce,
    },
    pause: {
      advise: false,
      reason: 'Global pause frames stop every priority of the link at once, and do not go together with priority flow control.',
      source: nvidia,
    },
    mtu: {
      advise: 4200,
      reason: 'RoCE packets of 4096 bytes and their headers fit; with an MTU of 1500 they are cut to 1024.',
      source: nvidia,
    },
  },
}
