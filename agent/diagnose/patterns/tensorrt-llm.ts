import type { OomPhase } from '../../../shared/diagnosis/catalogue/engine.ts'
import type { EnginePattern, OomFigures } from './pattern.ts'
import { known, sizeMiB } from './size.ts'

const componentPhase = (component: string): OomPhase => {
  if (/KV cache/i.test(component)) return 'kv-cache'
  if (/^Model$/i.test(component)) return 'load'
  return 'graph-capture'
}

export const tensorrtLlmPatterns: readonly EnginePattern[] = [
  {
    id: 'tensorrt-llm.cuda-malloc',
    test: /cudaMallocAsync\([^)]{0,120}\){1,3}: out of memory/,
    read: () => ({ kind: 'oom', figures: {} }),
    samples: [
      {
        from: 'TensorRT-LLM 0.7.1',
        dated: '2024-01-04',
        origin: 'log',
        line: 'Internal: unexpected error when creating modelInstanceState: [TensorRT-LLM][ERROR] CUDA runtime error in ::cudaMallocAsync(ptr, n, mCudaStream->get()): out of memory (/app/tensorrt_llm/cpp/tensorrt_llm/runtime/tllmBuffers.h:112)',
      },
    ],
  },
  {
    id: 'tensorrt-llm.executor',
    test: /Executor creation failed due to insufficient GPU memory/,
    read: () => ({ kind: 'oom', figures: {} }),
    samples: [
      {
        from: 'TensorRT-LLM 1.0.0rc1',
        dated: '2025-07-08',
        origin: 'log',
        line: '[07/08/2025-19:47:15] [TRT-LLM] [RANK 1] [E] Failed to initialize executor on rank 1: Executor creation failed due to insufficient GPU memory.',
      },
    ],
  },
  {
    id: 'tensorrt-llm.component',
    test: /^The following component could not be created: ([A-Za-z][A-Za-z ]{0,60})/,
    read: ([, component = '']) => ({
      kind: 'oom',
      phase: componentPhase(component.trim()),
      figures: {},
      ...(componentPhase(component.trim()) === 'kv-cache' ? { advice: 'lower-memory-fraction' } : {}),
      ...(/Additional executor/.test(component) ? { advice: 'fewer-tokens' } : {}),
    }),
    samples: [
      { from: 'TensorRT-LLM 1.0.0rc1', dated: '2025-07-08', origin: 'log', line: 'The following component could not be created: KV cache' },
      {
        from: 'TensorRT-LLM 1.0.0rc2',
        dated: '2025-07-11',
        origin: 'log',
        line: 'The following component could not be created: Additional executor resources',
      },
    ],
  },
  {
    id: 'tensorrt-llm.total',
    test: /^Total GPU memory \(GiB\): (\d{1,6}\.\d{1,2})/,
    read: ([, total]) => ({ kind: 'oom', figures: known<OomFigures>({ capacityMiB: sizeMiB(total, 'GiB') }) }),
    samples: [{ from: 'TensorRT-LLM 1.0.0rc1', dated: '2025-07-08', origin: 'log', line: 'Total GPU memory (GiB): 140.06' }],
  },
  {
    id: 'tensorrt-llm.free',
    test: /^Free GPU memory before component creation attempt \(GiB\): (\d{1,6}\.\d{1,2})/,
    read: ([, free]) => ({ kind: 'oom', figures: known<OomFigures>({ freeMiB: sizeMiB(free, 'GiB') }) }),
    samples: [
      {
        from: 'TensorRT-LLM 1.0.0rc1',
        dated: '2025-07-08',
        origin: 'log',
        line: 'Free GPU memory before component creation attempt (GiB): 108.86',
      },
    ],
  },
]
