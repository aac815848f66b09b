import type { BuiltInRule } from './rule.ts'

const lostHost = { rule: 'host-lost', equal: ['host'] }

export const gpuRules: readonly BuiltInRule[] = [
  {
    kind: 'AlertRule',
    name: 'gpu-memory',
    severity: 'warning',
    signal: 'gpu.memory-needed-ratio',
    above: 0.9,
    clear: 0.85,
    for: '10m',
    inhibitedBy: [lostHost],
    annotations: {
      summary: 'GPU {{gpu}} of {{host}} needs {{value}} of its memory ({{replica}})',
      description:
        'Engines reserve about 90 % of a GPU when they start, so that the bare figure says nothing. This one counts only while the KV cache of the engine is nearly full, or while others than replicas of Hostler hold more than half of the GPU: requests will wait, be preempted, or run out of memory.',
      remedy:
        'Add a replica, or lower the longest context or the number of requests at a time; hostler diagnose oom {{host}} names one change. Where the replica is empty, end what else runs on the GPU: hostler diagnose gpu {{host}}.',
      zh: {
        summary: '{{host}} 的 GPU {{gpu}} 实际需要 {{value}} 的显存（{{replica}}）',
        description:
          '推理引擎启动时会预留约 90% 的显存，单看占用率没有意义。仅当引擎的 KV 缓存接近用满，或非 Hostler 副本占用超过一半显存时才计入：请求将排队、被抢占或显存不足。',
        remedy:
          '增加副本，或降低最大上下文长度、并发请求数；hostler diagnose oom {{host}} 会给出一项具体修改。若副本为空，请结束该 GPU 上的其他进程：hostler diagnose gpu {{host}}。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'kv-cache-full',
    severity: 'warning',
    metric: 'hostler_engine_kv_cache_usage_ratio',
    above: 0.95,
    clear: 0.9,
    for: '10m',
    inhibitedBy: [lostHost, { rule: 'gpu-memory', equal: ['host', 'replica'] }],
    annotations: {
      summary: 'The KV cache of {{replica}} on {{host}} is {{value}} full',
      description: 'New requests wait for place in the cache, or push others out, which then begin again.',
      remedy: 'Add a replica (hostler scale {{deployment}}), or lower the longest context.',
      zh: {
        summary: '{{host}} 上 {{replica}} 的 KV 缓存已用 {{value}}',
        description: '新请求需等待缓存空间，或抢占其他请求，使其重新计算。',
        remedy: '增加副本（hostler scale {{deployment}}），或降低最大上下文长度。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-fault',
    severity: 'critical',
    signal: 'host.fault',
    where: { subject: 'gpu' },
    over: '1h',
    above: 1,
    keepFiring: '5m',
    inhibitedBy: [lostHost],
    annotations: {
      summary: 'A GPU of {{host}} has a critical fault',
      description:
        'A diagnosis found a fault that stops work: an Xid that asks for a reset or a new board, a GPU that fell off the bus, uncorrectable memory errors, or a driver that does not answer.',
      remedy: 'See which, with evidence and remedies: hostler report list --subject gpu --host {{host}}, then hostler report show.',
      zh: {
        summary: '{{host}} 的 GPU 存在严重故障',
        description: '诊断发现导致业务中断的故障：需要重置或换卡的 Xid、GPU 掉卡、不可纠正的显存错误，或驱动无响应。',
        remedy: '查看证据与处理办法：hostler report list --subject gpu --host {{host}}，再执行 hostler report show。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-memory-errors',
    severity: 'critical',
    metric: 'hostler_gpu_ecc_errors_total',
    where: { kind: 'uncorrected', period: 'volatile' },
    over: '1h',
    above: 0,
    by: ['host', 'gpu', 'uuid'],
    inhibitedBy: [{ rule: 'gpu-fault', equal: ['host'] }],
    annotations: {
      summary: 'GPU {{gpu}} of {{host}} had {{value}} uncorrectable memory errors within {{over}}',
      description: 'Error correction could not repair what was read: the process that read it was ended, or its answers are wrong.',
      remedy: 'Drain the host and reset the GPU; replace the board when it comes back. hostler diagnose gpu {{host}} says which.',
      zh: {
        summary: '{{host}} 的 GPU {{gpu}} 在 {{over}}内出现 {{value}} 次不可纠正的显存错误',
        description: 'ECC 无法修复读到的数据：读取它的进程已被终止，或其输出不可信。',
        remedy: '排空主机并重置该 GPU；若再次出现则更换该卡。hostler diagnose gpu {{host}} 会给出判断。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-row-remap-failed',
    severity: 'critical',
    metric: 'hostler_gpu_row_remap_failure',
    above: 0,
    annotations: {
      summary: 'GPU {{gpu}} of {{host}} has no spare memory rows left',
      description: 'A bad row could not be replaced by a spare one: memory errors will come again.',
      remedy: 'Drain the host and have the board replaced; collect nvidia-bug-report.sh for the maker.',
      zh: {
        summary: '{{host}} 的 GPU {{gpu}} 已无备用显存行',
        description: '坏行无法用备用行替换，显存错误会再次出现。',
        remedy: '排空主机并更换该卡；为厂商收集 nvidia-bug-report.sh 的输出。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-row-remap-pending',
    severity: 'info',
    metric: 'hostler_gpu_row_remap_pending',
    above: 0,
    for: '10m',
    annotations: {
      summary: 'GPU {{gpu}} of {{host}} waits for a reset to replace a bad memory row',
      description: 'It works on, but the bad row stays in use until the reset.',
      remedy: 'Drain the host in a quiet hour and reset the GPU: nvidia-smi --gpu-reset -i {{gpu}}.',
      zh: {
        summary: '{{host}} 的 GPU {{gpu}} 需重置以替换坏的显存行',
        description: '目前仍可工作，但重置前坏行仍在使用。',
        remedy: '在空闲时段排空主机并重置该 GPU：nvidia-smi --gpu-reset -i {{gpu}}。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-recovery-needed',
    severity: 'critical',
    metric: 'hostler_gpu_recovery_needed',
    above: 0,
    for: '1m',
    inhibitedBy: [{ rule: 'gpu-fault', equal: ['host'] }],
    annotations: {
      summary: 'The driver asks for an action on GPU {{gpu}} of {{host}}: {{action}}',
      description: 'After a fault the driver does not give the GPU new work until this was done.',
      remedy: 'Drain the host and do what the driver asks for; hostler diagnose gpu {{host}} gives the commands.',
      zh: {
        summary: '驱动要求对 {{host}} 的 GPU {{gpu}} 执行操作：{{action}}',
        description: '故障之后，执行该操作前驱动不会给该 GPU 分配新任务。',
        remedy: '排空主机并执行驱动要求的操作；hostler diagnose gpu {{host}} 会给出命令。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-too-hot',
    severity: 'warning',
    metric: 'hostler_gpu_throttled',
    where: { reason: '*thermal*' },
    above: 0,
    for: '5m',
    by: ['host', 'gpu', 'uuid'],
    keepFiring: '5m',
    annotations: {
      summary: 'GPU {{gpu}} of {{host}} is slowed down for heat',
      description: 'The clocks have been lowered for {{for}} to keep the temperature down: answers take longer.',
      remedy: 'Look at fans, air flow and inlet temperature; a power limit (nvidia-smi -pl) helps until then.',
      zh: {
        summary: '{{host}} 的 GPU {{gpu}} 因过热降频',
        description: '为控制温度，频率已被降低 {{for}}以上，响应变慢。',
        remedy: '检查风扇、风道与进风温度；在此之前可降低功率上限（nvidia-smi -pl）。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-power-brake',
    severity: 'warning',
    metric: 'hostler_gpu_throttled',
    where: { reason: 'hw_power_brake*' },
    above: 0,
    for: '1m',
    by: ['host', 'gpu', 'uuid'],
    keepFiring: '5m',
    annotations: {
      summary: 'GPU {{gpu}} of {{host}} is held back by the power supply',
      description: 'The server pulls the power brake: its supplies cannot give what the GPUs ask for.',
      remedy: 'Look for a power supply that has failed, and at the power budget of the rack.',
      zh: {
        summary: '{{host}} 的 GPU {{gpu}} 受供电限制',
        description: '服务器触发了功率制动：电源无法满足 GPU 的需求。',
        remedy: '检查是否有电源故障，以及机柜的供电容量。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'gpu-figures-stale',
    severity: 'warning',
    metric: 'hostler_gpu_sample_age_seconds',
    above: 120,
    for: '1m',
    inhibitedBy: [lostHost, { rule: 'gpu-fault', equal: ['host'] }],
    annotations: {
      summary: 'nvidia-smi on {{host}} has said nothing for {{value}}',
      description: 'It hangs: often a GPU that fell off the bus, or a driver that waits for one.',
      remedy: 'hostler diagnose gpu {{host}}; look for Xid lines in dmesg.',
      zh: {
        summary: '{{host}} 上的 nvidia-smi 已 {{value}}无输出',
        description: 'nvidia-smi 挂起：通常是 GPU 掉卡，或驱动在等待某块 GPU。',
        remedy: '执行 hostler diagnose gpu {{host}}，并在 dmesg 中查找 Xid。',
      },
    },
  },
]
