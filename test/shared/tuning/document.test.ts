import test from 'ava'
import { formatProblems } from '../../../shared/config/problem.ts'
import { parseYamlWith } from '../../../shared/config/yaml-document.ts'
import { tuningProfileDocument } from '../../../shared/tuning/document.ts'
import { wantedFrom } from '../../../shared/tuning/wanted.ts'

const read = (text: string) => parseYamlWith(tuningProfileDocument, `kind: TuningProfile\nname: mine\n${text}`, { file: 'mine.yaml' })
const problemsOf = (text: string): string => {
  const parsed = read(text)
  return parsed.ok ? '' : formatProblems(parsed.problems)
}

test('a bare value means exactly that; floors and advice are named', (t) => {
  const parsed = read(
    'sysctl:\n  vm.swappiness: 10\n  net.core.somaxconn: {atLeast: 65535, reason: bursts}\n  net.ipv4.tcp_rmem: 4096  87380 6291456\n' +
      'nvidiaPersistence: true\nnicChecks: {pfc: 3}\nfilesystem: xfs\n',
  )
  t.true(parsed.ok)
  if (!parsed.ok) return
  const { sysctl, nvidiaPersistence, nicChecks, filesystem, inherits } = parsed.value
  t.deepEqual(wantedFrom(sysctl['vm.swappiness'] ?? null, 'exact'), { comparison: 'exact', value: '10', reason: '', source: '' })
  t.like(wantedFrom(sysctl['net.core.somaxconn'] ?? null, 'exact'), { comparison: 'at-least', value: '65535', reason: 'bursts' })
  t.like(wantedFrom(sysctl['net.ipv4.tcp_rmem'] ?? null, 'exact'), { comparison: 'exact', value: '4096 87380 6291456' })
  t.like(wantedFrom(nvidiaPersistence ?? null, 'exact'), { comparison: 'exact', value: 'on' })
  t.like(wantedFrom(nicChecks.pfc ?? null, 'advise'), { comparison: 'advise', value: '3' })
  t.like(wantedFrom(filesystem ?? null, 'advise'), { comparison: 'advise', value: 'xfs' })
  t.deepEqual(tuningProfileDocument.parse(structuredClone(parsed.value)), parsed.value)
  t.deepEqual(inherits, [])
})

test('problems say where they are and what would be right', (t) => {
  t.regex(problemsOf('sysctl:\n  net.core.*: 1\n'), /mine\.yaml:4:\d+: sysctl\["net\.core\.\*"\]: patterns are not followed/)
  t.regex(problemsOf('sysctl:\n  kernel/pid_max: 1\n'), /write it with dots: kernel\.pid_max/)
  t.regex(problemsOf('sysctl:\n  vm.x: {atLeast: bbr}\n'), /atLeast needs numbers/)
  t.regex(problemsOf('sysctl:\n  vm.x: {least: 3}\n'), /least: unknown field/)
  t.regex(problemsOf('sysctl:\n  vm.x: 1.5\n'), /number|text/)
  t.regex(problemsOf('sysctls: {}\n'), /did you mean sysctl/)
  t.regex(problemsOf('transparentHugePages: {enabled: sometimes}\n'), /transparentHugePages\.enabled/)
  t.regex(problemsOf('inherits: [Inference]\n'), /inherits/)
})

test('no profile can name a program that the kernel runs, an action, or what cannot be taken back', (t) => {
  for (const key of ['kernel.core_pattern', 'kernel.modprobe', 'vm.drop_caches', 'kernel.modules_disabled', 'fs.binfmt_misc.register']) {
    t.regex(problemsOf(`sysctl:\n  ${key}: "1"\n`), /set it by hand/, key)
  }
  for (const key of ['net.ipv4/../../x', 'net..core', '../x', 'net.ipv4.conf.//.x', 'x'])
    t.not(problemsOf(`sysctl:\n  "${key}": 1\n`), '', key)
})

test('a value cannot end its line', (t) => {
  t.not(problemsOf('sysctl:\n  vm.x: "1\\nkernel.core_pattern = |/bin/sh"\n'), '')
})
