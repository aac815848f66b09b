import test from 'ava'
import fc from 'fast-check'
import { paintFor } from '../../../../controller/cli/terminal/colour.ts'
import { type Column, renderTable } from '../../../../controller/cli/terminal/table.ts'
import { textWidth } from '../../../../controller/cli/terminal/width.ts'

interface Row {
  readonly name: string
  readonly size: string
  readonly message: string
}

const columns: readonly Column<Row>[] = [
  { header: 'NAME', cell: ({ name }) => name },
  { header: 'SIZE', cell: ({ size }) => size, right: true, rank: 0 },
  { header: 'MESSAGE', cell: ({ message }) => message, rank: 1, least: 10 },
]
const paint = paintFor(false, false)
const rows: readonly Row[] = [
  { name: 'gpu-1', size: '1512 GiB', message: 'nvidia-smi did not answer within 5000 ms' },
  { name: '推理主机-10', size: '8 GiB', message: '' },
]

test('a table with room shows every cell whole, figures to the right', (t) => {
  t.deepEqual(renderTable(columns, rows, { width: 80, paint }), [
    'NAME             SIZE  MESSAGE',
    'gpu-1        1512 GiB  nvidia-smi did not answer within 5000 ms',
    '推理主机-10     8 GiB',
  ])
})

test('text gives way before a figure does, and a figure that has no room is left out whole', (t) => {
  t.deepEqual(renderTable(columns, rows, { width: 40, paint })[1], 'gpu-1        1512 GiB  nvidia-smi did n…')
  t.deepEqual(renderTable(columns, rows, { width: 30, paint }), ['NAME         MESSAGE', 'gpu-1        nvidia-smi did n…', '推理主机-10'])
})

test('the names that people copy stay whole on the narrowest terminal', (t) => {
  t.deepEqual(renderTable(columns, rows, { width: 5, paint }), ['NAME', 'gpu-1', '推理主机-10'])
})

test('a wide table and one for a pipe are as wide as they need to be', (t) => {
  const whole = 'gpu-1        1512 GiB  nvidia-smi did not answer within 5000 ms'
  t.is(renderTable(columns, rows, { width: 20, wide: true, paint })[1], whole)
  t.is(renderTable(columns, rows, { paint })[1], whole)
})

test('a wrapped table goes on below its last column', (t) => {
  t.deepEqual(renderTable(columns, rows.slice(0, 1), { width: 34, indent: '  ', wrapped: true, paint }), [
    '  NAME       SIZE  MESSAGE',
    '  gpu-1  1512 GiB  nvidia-smi did',
    '                   not answer',
    '                   within 5000 ms',
  ])
})

test('colours take no room, and control characters of a cell are not passed on', (t) => {
  const toned = columns.map((column) => ({ ...column, tone: () => 'bad' as const }))
  const [, line = ''] = renderTable(toned, [{ name: 'a\x1b[31mb\nc', size: '\t', message: 'x\x07y' }], { paint: paintFor(true, false) })
  t.is(line, '\x1b[31mab c\x1b[39m  \x20\x20\x20\x1b[31m-\x1b[39m  \x1b[31mxy\x1b[39m')
  t.is(paintFor(true, true)('bad', 'x'), 'x')
})

test('no line is wider than the terminal as long as the names fit', (t) => {
  const cell = fc.string({ unit: fc.constantFrom('a', '-', ' ', '文', 'é', '…', '👍', '0'), maxLength: 60 })
  const row = fc.record({ name: fc.string({ unit: fc.constantFrom('a', '推'), minLength: 1, maxLength: 10 }), size: cell, message: cell })
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.integer({ min: 20, max: 200 }), fc.boolean(), (many, width, wrapped) => {
      for (const line of renderTable(columns, many, {
        width,
        wrapped,
        paint,
      })) {
        if (textWidth(line) > width) return false
      }
      return true
    }),
  )
  t.pass()
})
