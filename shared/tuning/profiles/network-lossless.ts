import type { TuningProfileInput } from '../document.ts'

const ip = 'https://docs.kernel.org/networking/ip-sysctl.html'
const roceSwitch =
  'https://docs.nvidia.com/networking-ethernet-software/cumulus-linux-514/Layer-1-and-Switch-Ports/Quality-of-Service/RDMA-over-Converged-Ethernet-RoCE'
const doRoce = 'https://github.com/NVIDIA/doroce-linux'
const libfabric = 'https://www.github.com/ofiwg/libfabric/wiki/Verbs-Provider-on-Multi%E2%80%90NIC-Systems'
const onyxPfc = 'https://docs.nvidia.com/networking/display/Onyxv3104302/Priority+Flow+Control+(PFC)'
const junosPause =
  'https://juniper.net/documentation/en_US/junos13.2/topics/reference/configuration-statement/configured-flow-control-edit-interfaces-qfx-series.html'
const ibmMtu = 'https://www.ibm.com/docs/en/linux-on-systems?topic=functions-set-mtu'
const redHatNetwork =
  'https://docs.redhat.com/en/documentation/Red_Hat_Enterprise_Linux/7/html/performance_tuning_guide/sect-red_hat_enterprise_linux-performance_tuning_guide-networking-configuration_tools'

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
      source: `${ip} (arp_ignore); ${doRoce} (nv-mlnxipcfg)`,
    },
    'net.ipv4.conf.all.arp_announce': {
      value: 2,
      reason: 'With several cards in one network each must ask with its own address, or neighbours learn the wrong card.',
      source: `${ip} (arp_announce); ${doRoce} (nv-mlnxipcfg, which sets 1)`,
    },
    'net.ipv4.conf.all.rp_filter': {
      value: 2,
      reason: 'Strict filtering drops what comes in on another card than the route back leads over, without a word.',
      source: `${ip} (rp_filter); ${doRoce} (nv-mlnxipcfg); ${libfabric}`,
    },
  },
  nicRing: {
    rx: {
      atLeast: 'max',
      reason: 'A longer queue in the card rides out moments in which no CPU takes packets from it.',
      source: `${redHatNetwork} (9.3.2)`,
    },
  },
  nicChecks: {
    pfc: {
      advise: 3,
      reason: 'RoCE traffic needs a priority that is paused rather than dropped; switches usually take 3.',
      source: `${roceSwitch}; ${doRoce}`,
    },
    ecn: {
      advise: 3,
      reason: 'Senders slow down when a queue fills, before pause frames stop a whole port.',
      source: `${roceSwitch}; ${doRoce}`,
    },
    trust: {
      advise: 'dscp',
      reason: 'The priority of a packet survives routers only in its DSCP field.',
      source: `${doRoce} (doRoCE.sh)`,
    },
    pause: {
      advise: false,
      reason: 'Global pause frames stop every priority of the link at once, and do not go together with priority flow control.',
      source: `${onyxPfc}; ${junosPause}`,
    },
    mtu: {
      advise: 4200,
      reason: 'RoCE packets carry 4096 bytes when these and 96 of headers fit; at 1500 they carry 1024.',
      source: `${ibmMtu}; the kernel's include/rdma/ib_addr.h (iboe_get_mtu)`,
    },
  },
}
