/** Commands of remedies, the same in every language. */
import { quoted } from './quoted.ts'

const sysctlPlaces = '/etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d'
/** The service whose limits a replica inherits. */
const serviceOf = (runtime: string): string => (runtime === 'docker' ? 'docker' : 'hostler-agent')
/** Servers then take data with the first packet without asking for it themselves. */
const everyListener = 0x400

export const hostCommands = {
  tunePlan: 'hostler tune plan HOST --profile inference',
  tuneStatus: 'hostler tune status HOST',
  tuneApply: 'hostler tune apply HOST',
  whoSets: (key: string) => `grep -rnF ${quoted(key)} ${sysctlPlaces} 2>/dev/null`,
  bootOrder: (key: string) => `systemd-analyze cat-config sysctl.d | grep -nF -e '# /' -e ${quoted(key)}`,
  tunedActive: 'tuned-adm active',
  tunedOff: 'tuned-adm off && systemctl disable --now tuned',
  dockerSysctl: (key: string, value: string) => `docker run --sysctl ${quoted(`${key}=${value}`)} IMAGE`,
  listener: (port: number) => `ss -ltnp 'sport = :${port}'`,
  fastOpenEverywhere: (value: number) => `sysctl -w net.ipv4.tcp_fastopen=${value | everyListener}`,
  fastOpenCounters: 'nstat -az | grep -i fastopen',
  raiseLimit: (runtime: string, limit: 'LimitMEMLOCK=infinity' | 'LimitNOFILE=1048576') => {
    const folder = `/etc/systemd/system/${serviceOf(runtime)}.service.d`
    const file = `${folder}/${limit.startsWith('LimitMEMLOCK') ? 'memlock' : 'nofile'}.conf`
    return `mkdir -p ${folder} && printf '[Service]\\n${limit}\\n' > ${file} && systemctl daemon-reload && systemctl restart ${serviceOf(runtime)}`
  },
  dockerMemlock: 'docker run --ulimit memlock=-1:-1 IMAGE',
  dockerShm: 'docker run --shm-size 16g IMAGE',
  mostMemory: 'ps -eo pid,rss,args --sort=-rss | head -n 15',
  mostSwapped: 'grep -H VmSwap /proc/[0-9]*/status 2>/dev/null | sort -k2 -n | tail -n 10',
  swapOff: 'swapoff -a && swapon -a',
  lessSwap: 'sysctl -w vm.swappiness=10',
  mostProcessor: 'ps -eo pid,pcpu,nlwp,args --sort=-pcpu | head -n 15',
  cpuLimit: (replica: string) =>
    `docker ps -q --filter label=hostler.replica=${quoted(replica)} | xargs -r docker inspect -f '{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}}'`,
  synchronise: 'timedatectl set-ntp true',
  installTimesync: 'apt-get install -y systemd-timesyncd && timedatectl set-ntp true',
  clockState: 'timedatectl timesync-status || chronyc tracking',
  installChrony: 'apt-get install -y chrony',
  kernelFaults: "dmesg -T | grep -iE -A 20 'oops|bug:|machine check|mce:|soft lockup|bad page' | tail -n 80",
  kernelWarnings: "dmesg -T | grep -A 15 'WARNING: ' | tail -n 60",
  reboot: 'systemctl reboot',
  blockedTasks: 'echo w > /proc/sysrq-trigger && dmesg -T | tail -n 80',
  machineChecks: "dmesg -T | grep -iE 'mce|machine check|edac' | tail -n 30",
  installRasdaemon: 'apt-get install -y rasdaemon && ras-mc-ctl --errors',
  kernelStack: (pid: number) => `cat /proc/${pid}/stack`,
  liveRestore: "docker info -f '{{.LiveRestoreEnabled}}'",
  runtimeState: (runtime: string) =>
    `systemctl status ${serviceOf(runtime)} --no-pager; journalctl -u ${serviceOf(runtime)} -n 50 --no-pager`,
  restartRuntime: (runtime: string) => `systemctl restart ${serviceOf(runtime)}`,
} as const
