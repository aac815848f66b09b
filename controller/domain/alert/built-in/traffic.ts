import type { BuiltInRule } from './rule.ts'

const down = { rule: 'deployment-down', equal: ['deployment'] }

export const trafficRules: readonly BuiltInRule[] = [
  {
    kind: 'AlertRule',
    name: 'slow-first-token',
    severity: 'warning',
    signal: 'traffic.first-token-ms',
    quantile: 0.99,
    over: '5m',
    above: 500,
    for: '2m',
    inhibitedBy: [down],
    annotations: {
      summary: 'P99 of the time to the first token of {{deployment}} is {{value}}',
      description:
        'One request in a hundred waits longer than that for the first byte of its answer, time in the queue included. A whole answer always takes longer than 500 ms, so that this rule is about the first token; for the whole answer write a rule on traffic.duration-ms.',
      remedy:
        'hostler top replicas shows whether requests wait: add replicas if they do; if not, prompts are long, and the engine may reuse prefixes.',
      zh: {
        summary: '{{deployment}} 首个令牌延迟 P99 为 {{value}}',
        description:
          '每一百个请求中有一个等待首字节的时间超过该值（含排队时间）。完整回答总会超过 500 毫秒，因此本规则针对首个令牌；如需针对完整回答，请使用 traffic.duration-ms 编写规则。',
        remedy: 'hostler top replicas 可查看是否有请求排队：若有，增加副本；若没有，则提示词较长，可启用前缀缓存。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'requests-failing',
    severity: 'critical',
    signal: 'traffic.error-ratio',
    over: '5m',
    above: 0.05,
    clear: 0.02,
    for: '1m',
    inhibitedBy: [down],
    annotations: {
      summary: '{{value}} of the requests to {{deployment}} fail',
      description: 'Clients got 5xx, no answer, or one that broke off. Refusals with 429 are not among them.',
      remedy: 'hostler events and hostler logs {{deployment}}; hostler diagnose oom where engines exit.',
      zh: {
        summary: '{{deployment}} 有 {{value}} 的请求失败',
        description: '客户端收到 5xx、没有收到回答或回答中断。不含 429 拒绝。',
        remedy: '查看 hostler events 与 hostler logs {{deployment}}；若引擎退出，执行 hostler diagnose oom。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'requests-refused',
    severity: 'warning',
    signal: 'traffic.refused-ratio',
    over: '5m',
    above: 0.05,
    clear: 0.02,
    for: '2m',
    inhibitedBy: [down],
    annotations: {
      summary: 'Gateways turn {{value}} of the requests to {{deployment}} away',
      description: 'The queue is full or too slow, or a rate limit is reached: clients get 429 or 503.',
      remedy:
        'Add replicas, or raise the limit of the key or deployment if it is meant to be higher: hostler top replicas, hostler key list.',
      zh: {
        summary: '网关拒绝了 {{deployment}} {{value}} 的请求',
        description: '队列已满或过慢，或达到限流：客户端收到 429 或 503。',
        remedy: '增加副本；若限额本应更高，请提高密钥或部署的限额：hostler top replicas，hostler key list。',
      },
    },
  },
]
