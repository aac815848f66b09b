import test from 'ava'
import type { BenchResult } from '../../bench/bench.ts'
import { jsonLine, reportText } from '../../bench/report.ts'

const result: BenchResult = {
  title: 'sample: what it costs',
  figures: { cpuMicrosPerRequest: 54.74649, nginxCpuMicrosPerRequest: 14.3 },
  tables: [
    {
      columns: ['per request', 'CPU us'],
      rows: [
        ['hostler', '54.7'],
        ['nginx', '9.1'],
      ],
    },
  ],
  notes: ['two cores'],
}

test('figures are one line of JSON, to four digits', (t) => {
  t.is(jsonLine(result.figures), '{"cpuMicrosPerRequest":54.75,"nginxCpuMicrosPerRequest":14.3}')
})

test('a figure that is no number is an error, not null', (t) => {
  t.throws(() => jsonLine({ rssMiB: Number.NaN }), { message: 'the figure rssMiB is NaN' })
  t.throws(() => jsonLine({ ratio: 1 / 0 }), { message: 'the figure ratio is Infinity' })
})

test('the report has the machine, aligned tables, figures, notes and the command', (t) => {
  const text = reportText(result, { machine: 'a machine', command: 'npm run bench -- sample' })
  t.is(
    text,
    [
      'sample: what it costs',
      'a machine',
      '',
      '  per request   CPU us',
      '  -----------   ------',
      '  hostler         54.7',
      '  nginx            9.1',
      '',
      '  cpuMicrosPerRequest        54.75',
      '  nginxCpuMicrosPerRequest   14.3',
      '',
      '  - two cores',
      '',
      'again: npm run bench -- sample',
      '',
    ].join('\n'),
  )
})
