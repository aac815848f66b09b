import type { EnginePattern } from './pattern.ts'

/** What SGLang says of its memory beyond PyTorch's own report. */
export const sglangPatterns: readonly EnginePattern[] = [
  {
    id: 'sglang.not-enough-memory',
    test: /Not enough memory\. Please try to increase --mem-fraction-static/,
    read: () => ({ kind: 'oom', phase: 'kv-cache', figures: {}, advice: 'raise-memory-fraction' }),
    samples: [
      {
        from: 'SGLang 0.4.6',
        dated: '2026-11-23',
        origin: 'source',
        line: 'RuntimeError: Not enough memory. Please try to increase --mem-fraction-static.',
      },
    ],
  },
  {
    id: 'sglang.decode',
    test: /Decode out of memory\. Try to lower your batch size/,
    read: () => ({ kind: 'oom', phase: 'run', figures: {}, advice: 'fewer-sequences' }),
    samples: [
      {
        from: 'SGLang 0.5.4',
        dated: '2026-11-23',
        origin: 'source',
        line: '[2025-10-28 11:02:17 TP0] Decode out of memory. Try to lower your batch size.',
      },
    ],
  },
  {
    id: 'sglang.prefill',
    test: /(?:Prefill|Extend) out of memory\. Try to lower your batch size/,
    read: () => ({ kind: 'oom', phase: 'run', figures: {}, advice: 'fewer-tokens' }),
    samples: [
      {
        from: 'SGLang 0.5.4',
        dated: '2026-11-23',
        origin: 'source',
        line: '[2025-10-28 11:05:40 TP0] Prefill out of memory. Try to lower your batch size.',
      },
    ],
  },
]
