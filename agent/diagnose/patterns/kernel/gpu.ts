import { busOf, event, type KernelPattern } from './fact.ts'

/** Lines of NVIDIA's driver. */
export const gpuLines: readonly KernelPattern[] = [
  {
    id: 'kernel.xid',
    test: /NVRM: Xid \((?:PCI:)?([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(?:\.[0-9a-fA-F])?)\): (\d{1,4})\b/,
    read: ([, bus, code], line) =>
      event({
        code: 'kernel.xid',
        subject: `gpu/${busOf(bus)}`,
        params: {
          code: Number(code),
          bus: busOf(bus),
          gpuUuid: '',
          pid: Number(/, pid=(\d{1,10})\b/.exec(line)?.[1] ?? 0),
          process: /, name=([^,]{1,64}),/.exec(line)?.[1] ?? '',
        },
      }),
    samples: [
      {
        from: 'NVIDIA driver 580.159.04 on an H200',
        dated: '2026-11-23',
        origin: 'log',
        line: 'NVRM: Xid (PCI:0000:00:06): 31, pid=436, name=bad, channel 0x0000000a, intr 00000000. MMU Fault: ENGINE GRAPHICS GPC1 GPCCLIENT_T1_4 faulted @ 0x8391_de000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_WRITE',
      },
      {
        from: 'NVIDIA driver 535, fallen off the bus',
        dated: '2026-11-23',
        origin: 'source',
        line: "NVRM: Xid (PCI:0000:05:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.",
      },
      {
        from: 'NVIDIA driver 470',
        dated: '2026-11-23',
        origin: 'source',
        line: 'NVRM: Xid (PCI:0000:10:1c): 63, pid=1896, Row Remapper: New row marked for remapping, reset gpu to activate.',
      },
      {
        from: 'NVIDIA driver 295',
        dated: '2012-05-06',
        origin: 'log',
        line: 'NVRM: Xid (0000:01:00): 13, 0005 00000000 0000502d 00000104 00000000 00000100',
      },
    ],
  },
  {
    id: 'kernel.sxid',
    test: /nvidia-nvswitch\d{1,3}: SXid \(PCI:([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-9a-fA-F])\): (\d{1,6}), (Non-fatal|Fatal)\b/,
    read: ([, bus, code, severity], line) =>
      event({
        code: 'kernel.sxid',
        subject: `nvswitch/${busOf(bus)}`,
        params: {
          code: Number(code),
          bus: busOf(bus),
          fatal: severity === 'Fatal',
          link: Number(/, Link (\d{1,4})\b/.exec(line)?.[1] ?? -1),
        },
      }),
    samples: [
      {
        from: 'NVIDIA driver on an HGX system',
        dated: '2026-11-23',
        origin: 'source',
        line: 'nvidia-nvswitch0: SXid (PCI:0000:05:00.0): 20034, Fatal, Link 63 LTSSM Fault Up',
      },
      {
        from: 'NVIDIA driver on an HGX system',
        dated: '2026-11-23',
        origin: 'source',
        line: 'nvidia-nvswitch3: SXid (PCI:0000:05:00.0): 12028, Non-fatal, Link 32 egress non-posted PRIV error (First)',
      },
    ],
  },
  {
    id: 'kernel.gpu-uuid',
    test: /NVRM: GPU at PCI:([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(?:\.[0-9a-fA-F])?): (GPU-[0-9a-f-]{36})/,
    read: ([, bus, uuid = '']) => ({ kind: 'gpu', bus: busOf(bus), uuid }),
    samples: [
      {
        from: 'NVIDIA driver 580.159.04 on an H200',
        dated: '2026-11-23',
        origin: 'log',
        line: 'NVRM: GPU at PCI:0000:00:06: GPU-00000000-0000-4000-8000-0000000000a2',
      },
    ],
  },
  {
    id: 'kernel.gpu-serial',
    test: /NVRM: GPU (?:Board Serial Number|\S{7,20}: GPU serial number)/,
    read: () => ({ kind: 'identity' }),
    samples: [
      {
        from: 'NVIDIA driver 580.159.04 on an H200',
        dated: '2026-11-23',
        origin: 'log',
        line: 'NVRM: GPU Board Serial Number: 1650000000002',
      },
      {
        from: 'NVIDIA driver on an HGX system',
        dated: '2026-11-23',
        origin: 'source',
        line: 'NVRM: GPU 0000:91:00.0: GPU serial number is 1650000000003.',
      },
    ],
  },
]
