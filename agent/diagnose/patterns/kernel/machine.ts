import { busOf, event, type KernelPattern } from './fact.ts'

const severities: Readonly<Record<string, string>> = {
  corrected: 'corrected',
  correctable: 'corrected',
  'non-fatal': 'non-fatal',
  fatal: 'fatal',
}

/** Lines of the processor and the PCIe bus. */
export const machineLines: readonly KernelPattern[] = [
  {
    id: 'kernel.pcie-error',
    test: /AER: (?:Multiple )?(Corrected|Correctable|Uncorrect(?:ed|able) \((?:Non-Fatal|Fatal)\)) error (?:message )?received(?: from|:) ([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])/,
    read: ([, kind = '', bus]) => {
      const severity = severities[(/\(([^)]{1,12})\)/.exec(kind)?.[1] ?? kind).toLowerCase()] ?? 'fatal'
      return event({ code: 'kernel.pcie-error', subject: `pci/${busOf(bus)}`, params: { bus: busOf(bus), severity } })
    },
    samples: [
      {
        from: 'Linux 5.15',
        dated: '2026-11-23',
        origin: 'source',
        line: 'pcieport 0000:00:01.0: AER: Corrected error received: 0000:01:00.0',
      },
      {
        from: 'Linux 6.8',
        dated: '2026-11-23',
        origin: 'source',
        line: 'pcieport 0000:80:03.1: AER: Multiple Correctable error message received from 0000:81:00.0',
      },
      {
        from: 'Linux 5.15',
        dated: '2026-11-23',
        origin: 'source',
        line: 'pcieport 0000:80:03.1: AER: Uncorrected (Fatal) error received: 0000:81:00.0',
      },
    ],
  },
  {
    id: 'kernel.machine-check',
    test: /\[Hardware Error\]: CPU \d{1,5}: Machine Check(?: Exception)?: \S{1,6} Bank (\d{1,3}):/,
    read: ([, bank]) => event({ code: 'kernel.machine-check', subject: 'host', params: { bank: Number(bank) } }),
    samples: [
      {
        from: 'Linux 6.1',
        dated: '2026-11-23',
        origin: 'source',
        line: 'mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 7: 8c00004000010090',
      },
    ],
  },
]
