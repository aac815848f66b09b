import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { loadSpec, saveSpec } from '../../../agent/reconcile/spec-file.ts'
import { hostSpecs } from '../../arbitraries/fleet.ts'
import { replicaSpec } from '../runtime/replica-specs.ts'

const fileIn = (t: ExecutionContext): string => {
  const directory = mkdtempSync(join(tmpdir(), `hostler-spec-${process.pid}-`))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'host-spec.json')
}

const spec = { generation: 3, replicas: [replicaSpec()], diagnosisSchedule: '17 * * * *' }

test('every spec is read back as it was written', async (t) => {
  const file = fileIn(t)
  await fc.assert(
    fc.asyncProperty(hostSpecs, async (any) => {
      await saveSpec(file, any)
      t.deepEqual((await loadSpec(file, 0)).spec, JSON.parse(JSON.stringify(any)))
    }),
    { numRuns: 30 },
  )
})

test('no file is no spec and no problem', async (t) => {
  t.deepEqual(await loadSpec(fileIn(t), 0), { spec: undefined, problem: '' })
})

test('A spec that the version before wrote is in force again, with what it could not say left at its default', async (t) => {
  const file = fileIn(t)
  const { diagnosisSchedule: _, ...former } = spec
  const { engine, onOom, ...replica } = replicaSpec()
  await saveSpec(file, { ...former, replicas: [replica] } as unknown as typeof spec)
  t.deepEqual((await loadSpec(file, 0)).spec, { ...former, diagnosisSchedule: '', replicas: [{ ...replica, engine, onOom }] })
})

test('a file that is cut, emptied or altered is set aside and never used', async (t) => {
  const file = fileIn(t)
  await saveSpec(file, spec)
  const whole = readFileSync(file)
  const damages: ((size: number) => void)[] = [
    (size) => truncateSync(file, Math.floor(size / 2)),
    () => truncateSync(file, 0),
    () => writeFileSync(file, whole.toString().replace('17 * * * *', '18 * * * *')),
    () => writeFileSync(file, 'null'),
  ]
  for (const [index, damage] of damages.entries()) {
    writeFileSync(file, whole)
    damage(whole.length)
    const loaded = await loadSpec(file, index)
    t.is(loaded.spec, undefined)
    t.regex(loaded.problem, /damaged.*was moved to/)
  }
  t.is(readdirSync(join(file, '..')).length, damages.length)
})
