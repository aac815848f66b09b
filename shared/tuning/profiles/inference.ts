import type { TuningProfileInput } from '../document.ts'

const ip = 'https://docs.kernel.org/networking/ip-sysctl.html'
const net = 'https://docs.kernel.org/admin-guide/sysctl/net.html'
const vm = 'https://docs.kernel.org/admin-guide/sysctl/vm.html'
const kernel = 'https://docs.kernel.org/admin-guide/sysctl/kernel.html'
const fs = 'https://docs.kernel.org/admin-guide/sysctl/fs.html'
const esnet = 'https://fasterdata.es.net/host-tuning/linux/'
const redHatNetwork =
  'https://docs.redhat.com/en/documentation/Red_Hat_Enterprise_Linux/7/html/performance_tuning_guide/sect-red_hat_enterprise_linux-performance_tuning_guide-networking-configuration_tools'
const redHatMemlock =
  'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/configuring_infiniband_and_rdma_networks/increasing-the-amount-of-memory-that-users-are-allowed-to-pin-in-the-system_configuring-infiniband-and-rdma-networks'

/** For every host that serves models. Floors wherever more does no harm. */
export const inference: TuningProfileInput = {
  kind: 'TuningProfile',
  name: 'inference',
  description: 'For hosts that serve language models over TCP.',
  onDrift: 'mend',
  sysctl: {
    'net.core.somaxconn': {
      atLeast: 65_535,
      reason: 'The kernel cuts the backlog of every listener down to this; a burst of clients beyond it is dropped.',
      source: `${ip} (somaxconn)`,
    },
    'net.ipv4.tcp_max_syn_backlog': {
      atLeast: 32_768,
      reason: 'Handshakes under way at one listener, as when a gateway opens its connections anew; beyond it SYN cookies have to help.',
      source: `${ip} (tcp_max_syn_backlog, tcp_syncookies)`,
    },
    'net.ipv4.tcp_fastopen': {
      atLeast: 3,
      reason: 'Lets clients and servers that ask for it save a round trip when they connect again.',
      source: `${ip} (tcp_fastopen)`,
    },
    'net.ipv4.tcp_slow_start_after_idle': {
      value: 0,
      reason: 'A kept-alive connection that was idle between two prompts sends the next answer at the speed it had before.',
      source: `${ip} (tcp_slow_start_after_idle)`,
    },
    'net.ipv4.tcp_mtu_probing': {
      atLeast: 1,
      reason: 'A connection finds its way where a router drops large packets without saying so, as between jumbo and plain networks.',
      source: `${ip} (tcp_mtu_probing)`,
    },
    'net.ipv4.tcp_keepalive_time': {
      value: 300,
      reason: 'A peer that is gone is noticed, and a firewall is reminded of the connection, within minutes instead of two hours.',
      source: `${ip} (tcp_keepalive_time); stateful firewalls commonly forget an idle connection after 350 s to an hour`,
    },
    'net.ipv4.tcp_keepalive_intvl': {
      value: 30,
      reason: 'How long to wait for the answer to a keep-alive before the next one.',
      source: `${ip} (tcp_keepalive_intvl)`,
    },
    'net.ipv4.tcp_keepalive_probes': {
      value: 5,
      reason: 'Unanswered keep-alives after which a peer counts as gone.',
      source: `${ip} (tcp_keepalive_probes)`,
    },
    'net.ipv4.ip_local_reserved_ports': {
      atLeast: '20000-29999',
      reason:
        'The ports that replicas are given; an outgoing connection must not take one where the local port range was widened over them.',
      source: `${ip} (ip_local_reserved_ports); the agent's setting ports`,
    },
    'net.core.rmem_max': {
      atLeast: 67_108_864,
      reason: 'The most that a program may ask for with SO_RCVBUF, as downloaders of weights do; TCP that is not asked follows tcp_rmem.',
      source: `${net} (rmem_max); the number: ${esnet}`,
    },
    'net.core.wmem_max': {
      atLeast: 67_108_864,
      reason: 'The most that a program may ask for with SO_SNDBUF; TCP that is not asked follows tcp_wmem.',
      source: `${net} (wmem_max); the number: ${esnet}`,
    },
    'net.ipv4.tcp_rmem': {
      atLeast: '4096 131072 33554432',
      reason: 'Lets TCP grow the receive window of a fast stream by itself.',
      source: `${ip} (tcp_rmem); the number: ${esnet}`,
    },
    'net.ipv4.tcp_wmem': {
      atLeast: '4096 16384 33554432',
      reason: 'Lets TCP grow the send buffer of a fast stream by itself.',
      source: `${ip} (tcp_wmem); the number: ${esnet}`,
    },
    'net.core.netdev_max_backlog': {
      atLeast: 30_000,
      reason: 'Packets that wait for a CPU; beyond it they are dropped, as in a burst on a fast card.',
      source: `${net} (netdev_max_backlog); the number: ${esnet}`,
    },
    'net.netfilter.nf_conntrack_max': {
      atLeast: 1_048_576,
      reason: 'Every connection to a bridged container is tracked; a full table drops new ones ("nf_conntrack: table full").',
      source: 'https://docs.kernel.org/networking/nf_conntrack-sysctl.html (nf_conntrack_max)',
    },
    'net.ipv4.neigh.default.gc_thresh1': {
      atLeast: 8_192,
      reason: 'Neighbours below this number are never forgotten, so a large flat network is not asked for again and again.',
      source: `${ip} (neigh/default/gc_thresh1)`,
    },
    'net.ipv4.neigh.default.gc_thresh2': {
      atLeast: 16_384,
      reason: 'Above this number, neighbours are forgotten after 5 s.',
      source: `${ip} (neigh/default/gc_thresh2)`,
    },
    'net.ipv4.neigh.default.gc_thresh3': {
      atLeast: 32_768,
      reason: 'Above this number no neighbour is added and packets are lost ("neighbor table overflow").',
      source: `${ip} (neigh/default/gc_thresh3)`,
    },
    'net.ipv6.neigh.default.gc_thresh1': {
      atLeast: 8_192,
      reason: 'As for IPv4; every host has several IPv6 addresses.',
      source: `${ip} (neigh/default/gc_thresh1)`,
    },
    'net.ipv6.neigh.default.gc_thresh2': {
      atLeast: 16_384,
      reason: 'As for IPv4; every host has several IPv6 addresses.',
      source: `${ip} (neigh/default/gc_thresh2)`,
    },
    'net.ipv6.neigh.default.gc_thresh3': {
      atLeast: 32_768,
      reason: 'As for IPv4; every host has several IPv6 addresses.',
      source: `${ip} (neigh/default/gc_thresh3)`,
    },
    'vm.swappiness': {
      value: 10,
      reason: 'Memory of the engine stays in RAM while the page cache, filled with weights that are already on the GPU, gives way.',
      source: `${vm} (swappiness)`,
    },
    'vm.max_map_count': {
      atLeast: 1_048_576,
      reason: 'Engines map many shards of weights and CUDA many regions; past the limit mmap fails with "Cannot allocate memory".',
      source: `${vm} (max_map_count); the default of Ubuntu 24.04 and Fedora 39`,
    },
    'vm.zone_reclaim_mode': {
      value: 0,
      reason: 'Page cache for weights may fill every NUMA node; reclaiming near memory first stalls loading.',
      source: `${vm} (zone_reclaim_mode)`,
    },
    'kernel.numa_balancing': {
      value: 0,
      reason:
        'To learn who uses a page the kernel unmaps it and waits for the fault; such faults stall the threads that launch work on the GPU.',
      source: `${kernel} (numa_balancing); https://docs.nvidia.com/cuda/cuda-c-best-practices-guide/index.html#numa-best-practices`,
    },
    'fs.file-max': {
      atLeast: 2_097_152,
      reason: 'Open files of the whole host: each client connection is one, in the engine and in the proxy before it.',
      source: `${fs} (file-max)`,
    },
    'fs.nr_open': {
      atLeast: 1_048_576,
      reason: 'The most that the limit of open files of one process can be raised to.',
      source: `${fs} (nr_open)`,
    },
    'fs.aio-max-nr': {
      atLeast: 1_048_576,
      reason: 'Asynchronous reads under way at once, for loaders that read weights past the page cache.',
      source: `${fs} (aio-max-nr)`,
    },
    'fs.inotify.max_user_instances': {
      atLeast: 8_192,
      reason: 'All containers of one user share these; the default of 128 ends in "too many open files".',
      source: 'https://man7.org/linux/man-pages/man7/inotify.7.html (max_user_instances)',
    },
  },
  transparentHugePages: {
    enabled: {
      value: 'madvise',
      reason: 'Huge pages for programs that ask for them, without memory bloat and stalls for those that do not.',
      source: 'https://docs.kernel.org/admin-guide/mm/transhuge.html',
    },
    defrag: {
      value: 'madvise',
      reason: 'Only who asked for huge pages waits for memory to be put together.',
      source: 'https://docs.kernel.org/admin-guide/mm/transhuge.html',
    },
  },
  cpuGovernor: {
    value: 'performance',
    reason: 'Between two tokens the CPU must launch hundreds of kernels at once; a clock that has to climb first shows in latency.',
    source: 'https://docs.kernel.org/admin-guide/pm/cpufreq.html',
  },
  engineLimits: {
    memlock: {
      value: 'unlimited',
      reason: 'RDMA pins the memory it reads and writes, and so do buffers for offloading; the usual 64 KiB to 8 MiB are not enough.',
      source: redHatMemlock,
    },
    nofile: {
      atLeast: 1_048_576,
      reason: 'One open file for each client connection and each shard of weights.',
      source: 'https://docs.docker.com/reference/cli/dockerd/ (default-ulimit)',
    },
  },
  nvidiaPersistence: {
    value: true,
    reason: 'Without it the driver lets go of an idle GPU, and each start pays seconds for initialising it again.',
    source: 'https://docs.nvidia.com/deploy/driver-persistence/index.html',
  },
  nicRing: {
    rx: {
      advise: 'max',
      reason: 'A longer queue in the card rides out moments in which no CPU takes packets from it.',
      source: `${redHatNetwork} (9.3.2)`,
    },
  },
  filesystem: {
    advise: 'xfs',
    reason:
      'Weights are a few huge files that are read in parallel; XFS lays them out in large extents and reads them without a common lock.',
    source: 'https://docs.kernel.org/filesystems/xfs/index.html; measure it on your disks with "hostler diagnose storage"',
  },
}
