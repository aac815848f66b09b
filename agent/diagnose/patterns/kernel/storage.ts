import { event, type KernelPattern } from './fact.ts'

/** Lines of drives and filesystems. */
export const storageLines: readonly KernelPattern[] = [
  {
    id: 'kernel.nvme-timeout',
    test: /nvme (nvme\d{1,4}(?:c\d{1,3})?(?:n\d{1,4})?): (?:I\/O (?:tag )?\d{1,6}.{0,60} timeout|controller is down; will reset)/,
    read: ([, device = '']) => event({ code: 'kernel.nvme-timeout', subject: `disk/${device}`, params: { device } }),
    samples: [
      { from: 'Linux 5.15', dated: '2026-11-23', origin: 'source', line: 'nvme nvme0: I/O 832 QID 5 timeout, aborting' },
      {
        from: 'Linux 6.8',
        dated: '2026-11-23',
        origin: 'source',
        line: 'nvme nvme1: I/O tag 320 (0140) opcode 0x2 (I/O Cmd) QID 3 timeout, aborting req_op:READ(0) size:4096',
      },
      {
        from: 'Linux 5.15',
        dated: '2026-11-23',
        origin: 'source',
        line: 'nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10',
      },
    ],
  },
  {
    id: 'kernel.io-error',
    test: /(?:I\/O error, dev|critical medium error, dev|Buffer I\/O error on dev(?:ice)?) ([a-z0-9-]{1,32}),/,
    read: ([, device = '']) => event({ code: 'kernel.io-error', subject: `disk/${device}`, params: { device } }),
    samples: [
      {
        from: 'Linux 6.1',
        dated: '2026-11-23',
        origin: 'source',
        line: 'I/O error, dev nvme0n1, sector 2048 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2',
      },
      {
        from: 'Linux 5.4',
        dated: '2026-11-23',
        origin: 'source',
        line: 'blk_update_request: I/O error, dev sdb, sector 123456 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0',
      },
      { from: 'Linux 6.1', dated: '2026-11-23', origin: 'source', line: 'Buffer I/O error on dev dm-0, logical block 0, async page read' },
    ],
  },
  {
    id: 'kernel.xfs-shutdown',
    test: /XFS \(([^)]{1,64})\): (?:Filesystem has been shut down|Log I\/O Error Detected|Corruption of in-memory data|User initiated shutdown received|.{1,40} detected at .{0,120}Shutting down filesystem)/,
    read: ([, device = '']) => event({ code: 'kernel.xfs-shutdown', subject: `disk/${device}`, params: { device } }),
    samples: [
      {
        from: 'Linux 6.1',
        dated: '2026-11-23',
        origin: 'source',
        line: 'XFS (sdb1): Filesystem has been shut down due to log error (0x2).',
      },
      { from: 'Linux 6.18', dated: '2026-11-23', origin: 'log', line: 'XFS (loop0): User initiated shutdown received.' },
      {
        from: 'Linux 6.18',
        dated: '2026-11-23',
        origin: 'log',
        line: 'XFS (loop0): Log I/O Error (0x6) detected at xfs_fs_goingdown+0x63/0xb0 (fs/xfs/xfs_fsops.c:475).  Shutting down filesystem.',
      },
      {
        from: 'Linux 5.15',
        dated: '2026-11-23',
        origin: 'source',
        line: 'XFS (dm-2): Corruption of in-memory data (0x8) detected at xfs_trans_cancel+0x15e/0x180 [xfs] (fs/xfs/xfs_trans.c:1098).  Shutting down filesystem.',
      },
    ],
  },
  {
    id: 'kernel.remount-read-only',
    test: /(?:EXT4-fs|BTRFS[^(]{0,40}|F2FS-fs) ?\((?:device )?([^)]{1,64})\)(?: in \S{1,80})?: (?:Remounting filesystem read-only|forced readonly)/,
    read: ([, device = '']) => event({ code: 'kernel.remount-read-only', subject: `disk/${device}`, params: { device } }),
    samples: [
      { from: 'Linux 6.1', dated: '2026-11-23', origin: 'source', line: 'EXT4-fs (sda2): Remounting filesystem read-only' },
      { from: 'Linux 6.1', dated: '2026-11-23', origin: 'source', line: 'BTRFS info (device sdc1): forced readonly' },
    ],
  },
]
