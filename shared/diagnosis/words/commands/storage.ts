/** Commands of remedies, the same in every language. */
import { quoted } from './quoted.ts'

const modelDisk = '/srv/models'

export const storageCommands = {
  modelSetting: 'grep -n modelDir /etc/hostler/agent.yaml',
  wherePathBreaks: (path: string) => `namei -l ${quoted(path)}`,
  mountAll: 'mount -a',
  waitingProcesses: "ps -eo pid,stat,wchan:30,etime,args | awk '$2 ~ /D/'",
  letGoAndMount: (mountPoint: string) => `umount -f -l ${quoted(mountPoint)} && mount ${quoted(mountPoint)}`,
  lastKernelLines: "dmesg -T | grep -iE 'xfs|ext4|btrfs|nvme|i/o error' | tail -n 30",
  mountAgain: (source: string, mountPoint: string) => `umount ${quoted(mountPoint)} && mount ${quoted(source)} ${quoted(mountPoint)}`,
  checkAndMount: (type: string, source: string, mountPoint: string) => {
    const check = type === 'xfs' ? 'xfs_repair' : type === 'btrfs' ? 'btrfs check' : 'fsck -f'
    return `umount ${quoted(mountPoint)} && ${check} ${quoted(source)} && mount ${quoted(source)} ${quoted(mountPoint)}`
  },
  repairXfs: (source: string) => `xfs_repair ${quoted(source)}`,
  showXfsDamage: (device: string) => `xfs_repair -n /dev/${device}`,
  beforeXfs: (device: string) => `dmesg -T | grep -B 20 -F 'XFS (${device})' | tail -n 40`,
  showMount: (path: string) => `findmnt -T ${quoted(path)}`,
  toNewXfs: (path: string) =>
    `mkfs.xfs /dev/NEW_DISK && mkdir -p ${modelDisk} && mount -o noatime /dev/NEW_DISK ${modelDisk} && cp -a ${quoted(path)}/. ${modelDisk}/`,
  copyToDisk: (path: string) => `mkdir -p ${modelDisk} && cp -a ${quoted(path)}/. ${modelDisk}/`,
  readOnce: (path: string) =>
    `find ${quoted(path)} -type f -size +1G -print -quit | xargs -r -I{} dd if={} of=/dev/null bs=4M count=512 iflag=direct`,
  whatTakesSpace: (mountPoint: string) => `du -xhd2 ${quoted(mountPoint)} 2>/dev/null | sort -h | tail -n 20`,
  engineSpace: 'docker system df',
  pruneImages: 'docker image prune -a',
  whereFilesAre: (mountPoint: string) => `du -x --inodes -d3 ${quoted(mountPoint)} 2>/dev/null | sort -n | tail -n 20`,
  askDrive: (device: string) => `smartctl -x ${quoted(device)}`,
  testDrive: (device: string) => `smartctl -t long ${quoted(device)}`,
  installSmartctl: 'apt-get install -y smartmontools',
  pcieErrors: "dmesg -T | grep -iE 'nvme|pcieport|aer' | tail -n 30",
  nvmePowerSaving: 'cat /sys/module/nvme_core/parameters/default_ps_max_latency_us',
  remount: (option: string, mountPoint: string) => `mount -o remount,${option} ${quoted(mountPoint)}`,
  inFstab: (mountPoint: string) => `grep -nF ${quoted(mountPoint)} /etc/fstab`,
  trimWeekly: 'systemctl enable --now fstrim.timer',
  readSinceBoot: 'awk \'{print $3, $6/2048, "MiB"}\' /proc/diskstats',
  whoReads: 'grep -H read_bytes /proc/[0-9]*/io 2>/dev/null | sort -t: -k3 -n | tail -n 5',
} as const
