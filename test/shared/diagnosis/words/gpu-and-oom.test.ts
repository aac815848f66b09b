import test from 'ava'
import type { FindingWords } from '../../../../shared/diagnosis/catalogue/room.ts'
import type { Params } from '../../../../shared/diagnosis/finding.ts'
import { gpu as gpuInEnglish } from '../../../../shared/diagnosis/words/en/gpu.ts'
import { oom as oomInEnglish } from '../../../../shared/diagnosis/words/en/oom.ts'
import { gpu as gpuInChinese } from '../../../../shared/diagnosis/words/zh/gpu.ts'
import { oom as oomInChinese } from '../../../../shared/diagnosis/words/zh/oom.ts'

/** Every parameter that a finding of these rooms has, twice: with all that can be known, and with nothing. */
const full: Params = {
  ...{
    uuid: 'GPU-a',
    gpuUuid: 'GPU-a',
    bus: '0000:05:00.0',
    onBus: 8,
    inDriver: 7,
    replicas: ['chat-1-0'],
    replica: 'chat-1-0',
    deployment: 'chat',
  },
  ...{
    faults: ['ERR!'],
    detail: 'it hangs',
    stuck: ['nvidia-smi (pid 7)'],
    kernel: '580.1',
    tools: '580.2',
    loaded: true,
    code: 79,
    kind: 'bus',
    action: 'reboot',
  },
  ...{
    times: 3,
    processes: ['python3'],
    recurring: true,
    fatal: true,
    links: [1, 2],
    link: 1,
    active: 16,
    pages: 61,
    sram: 1,
    dram: 2,
    thresholdExceeded: true,
  },
  ...{
    parts: ['TPC'],
    reason: 'thermal',
    minutes: 7,
    celsius: 91,
    width: 8,
    widthMax: 16,
    generation: 3,
    generationMax: 5,
    perMinute: 20,
    perSecond: 200,
  },
  ...{
    pid: 7,
    process: 'python3',
    container: '4e5b6c7d8e9f',
    usedMiB: 4_096,
    evidence: 'It says so',
    gpus: 2,
    engine: 'vllm',
    phase: 'run',
    triedMiB: 448,
  },
  ...{
    freeMiB: 276,
    capacityMiB: 97_280,
    remedy: 'change',
    names: ['--max-num-seqs'],
    from: ['32'],
    to: ['16'],
    missingMiB: 100,
    adjusted: false,
  },
  ...{
    line: 'strange',
    scope: 'cgroup',
    limitMiB: 8_192,
    anonMiB: 8_000,
    proofs: ['cgroup'],
    exitCode: 137,
    percent: 95,
    held: true,
    cause: 'memlock',
    shmMiB: 64,
  },
}
const bare: Params = Object.fromEntries(
  Object.entries(full).map(([name, value]) => [
    name,
    Array.isArray(value) ? [] : typeof value === 'string' ? '' : typeof value === 'number' ? -1 : false,
  ]),
)

const codes = (findings: object) => Object.entries(findings) as readonly (readonly [string, (params: Params) => FindingWords])[]

for (const [language, rooms] of Object.entries({ English: [gpuInEnglish, oomInEnglish], Chinese: [gpuInChinese, oomInChinese] })) {
  test(`Each finding of GPUs and memory can be said in ${language}, with all figures and with none`, (t) => {
    for (const [code, words] of rooms.flatMap(({ findings }) => codes(findings))) {
      for (const params of [full, bare]) {
        const { title, why, remedies } = words(params)
        const text = [title, why, ...remedies.flatMap(({ text: said, command }) => [said, command])].join('\n')
        t.notRegex(text, /undefined|NaN|\[object|null/, code)
        t.true(title.length > 0 && title.length < 250, code)
        t.is(/[\u4e00-\u9fff]/.test(text), language === 'Chinese', code)
      }
      t.true(words(full).remedies.length > 0, code)
    }
  })
}
