import type { BuiltInRule } from './rule.ts'

const lostHost = { rule: 'host-lost', equal: ['host'] }

export const deploymentRules: readonly BuiltInRule[] = [
  {
    kind: 'AlertRule',
    name: 'deployment-down',
    severity: 'critical',
    signal: 'deployment.down',
    for: '1m',
    keepFiring: '30s',
    inhibitedBy: [{ rule: 'evictions-frozen' }],
    annotations: {
      summary: 'No replica of {{deployment}} is ready',
      description: 'Clients wait in the queue of the gateway and are refused in the end. One that wakes from zero has its load time first.',
      remedy: 'hostler describe deployment {{deployment}} says what it waits for.',
      zh: {
        summary: '{{deployment}} 没有就绪的副本',
        description: '客户端请求在网关排队，最终会被拒绝。从零唤醒的部署先有其加载时间。',
        remedy: 'hostler describe deployment {{deployment}} 可查看原因。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'deployment-below-wanted',
    severity: 'warning',
    signal: 'deployment.replicas-missing',
    above: 0,
    for: '10m',
    inhibitedBy: [
      { rule: 'deployment-down', equal: ['deployment'] },
      { rule: 'deployment-unplaced', equal: ['deployment'] },
      { rule: 'evictions-frozen' },
    ],
    annotations: {
      summary: '{{deployment}} has had too few replicas for {{for}}, missing: {{value}}',
      description: 'It serves with fewer replicas than were asked for.',
      remedy: 'hostler describe deployment {{deployment}} says what the missing ones wait for.',
      zh: {
        summary: '{{deployment}} 缺少 {{value}} 个副本已超过 {{for}}',
        description: '以少于期望数量的副本提供服务。',
        remedy: 'hostler describe deployment {{deployment}} 可查看缺失副本的等待原因。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'deployment-unplaced',
    severity: 'warning',
    signal: 'deployment.replicas-unplaced',
    above: 0,
    for: '5m',
    inhibitedBy: [{ rule: 'evictions-frozen' }],
    annotations: {
      summary: 'Replicas of {{deployment}} have found no place for {{for}}, waiting: {{value}}',
      description: 'No host fits: too few free GPUs or memory, or rules of the deployment that nobody meets.',
      remedy: 'hostler describe deployment {{deployment}} lists every host with its reason, and the smallest change that would help.',
      zh: {
        summary: '{{deployment}} 有 {{value}} 个副本超过 {{for}}无法放置',
        description: '没有合适的主机：空闲 GPU 或内存不足，或部署的约束无主机满足。',
        remedy: 'hostler describe deployment {{deployment}} 列出每台主机的原因，以及最小的可行修改。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'rollout-failed',
    severity: 'warning',
    signal: 'deployment.rollout-failed',
    annotations: {
      summary: 'The newest revision of {{deployment}} has failed',
      description: 'The rollout was stopped, or rolled back to the revision before.',
      remedy: 'hostler rollout history {{deployment}} says why; deploy a corrected spec.',
      zh: {
        summary: '{{deployment}} 的最新版本发布失败',
        description: '发布已停止，或已回滚到上一版本。',
        remedy: 'hostler rollout history {{deployment}} 可查看原因；修正后重新部署。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'replica-crash-loop',
    severity: 'warning',
    metric: 'hostler_container_restarts_total',
    over: '15m',
    above: 2,
    by: ['host', 'deployment', 'replica'],
    keepFiring: '5m',
    inhibitedBy: [lostHost],
    annotations: {
      summary: '{{replica}} on {{host}} restarted {{value}} times within {{over}}',
      description: 'The engine exits again and again; the waits between its starts grow.',
      remedy: 'hostler describe replica {{replica}} gives its last words; hostler diagnose oom {{host}} if memory is the cause.',
      zh: {
        summary: '{{host}} 上的 {{replica}} 在 {{over}}内重启了 {{value}} 次',
        description: '引擎反复退出，重启间隔会逐渐变长。',
        remedy: 'hostler describe replica {{replica}} 可查看其最后输出；若因内存，执行 hostler diagnose oom {{host}}。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'replica-failed',
    severity: 'warning',
    signal: 'deployment.replica-failed',
    for: '2m',
    inhibitedBy: [lostHost],
    annotations: {
      summary: '{{replica}} cannot run on {{host}}',
      description: 'Preflight refuses its launch, or it has failed for good.',
      remedy: 'hostler describe replica {{replica}} says what is missing and what to do.',
      zh: {
        summary: '{{replica}} 无法在 {{host}} 上运行',
        description: '启动前检查未通过，或已彻底失败。',
        remedy: 'hostler describe replica {{replica}} 可查看缺少什么以及如何处理。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'engine-queue',
    severity: 'warning',
    metric: 'hostler_engine_requests_waiting',
    above: 20,
    clear: 10,
    for: '5m',
    inhibitedBy: [lostHost, { rule: 'kv-cache-full', equal: ['host', 'replica'] }, { rule: 'gpu-memory', equal: ['host', 'replica'] }],
    annotations: {
      summary: '{{value}} requests wait in {{replica}} on {{host}}',
      description: 'The engine is given more than it can work on: first tokens come late.',
      remedy: 'Add a replica: hostler scale {{deployment}}.',
      zh: {
        summary: '{{host}} 上的 {{replica}} 有 {{value}} 个请求排队',
        description: '请求超出引擎处理能力，首个令牌返回变慢。',
        remedy: '增加副本：hostler scale {{deployment}}。',
      },
    },
  },
]
