import type { EnginePattern, OomFigures } from './pattern.ts'
import { known, sizeMiB } from './size.ts'

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

/** What vLLM says of its memory beyond PyTorch's own report. */
export const vllmPatterns: readonly EnginePattern[] = [
  {
    id: 'vllm.no-cache-blocks',
    test: /No available memory for the cache blocks/,
    read: () => ({ kind: 'oom', phase: 'kv-cache', figures: {}, advice: 'raise-memory-fraction' }),
    samples: [
      {
        from: 'vLLM 0.8.5',
        dated: '2025-05-14',
        origin: 'log',
        line: 'ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.',
      },
    ],
  },
  {
    id: 'vllm.max-model-len',
    test: /max seq len \((\d{1,12})\), \((\d{1,9}\.?\d{0,2}) ([KMGT]i?B) KV cache is needed, which is larger than the available KV cache memory \((\d{1,9}\.?\d{0,2}) ([KMGT]i?B)\)/,
    read: ([, length, needed, neededUnit, available, availableUnit], line) => ({
      kind: 'oom',
      phase: 'kv-cache',
      advice: 'shorten-length',
      figures: known<OomFigures>({
        maxModelLen: number(length),
        kvNeededMiB: sizeMiB(needed, neededUnit),
        kvAvailableMiB: sizeMiB(available, availableUnit),
        possibleModelLen: number(/estimated maximum model length is (\d{1,12})/.exec(line)?.[1]),
      }),
    }),
    samples: [
      {
        from: 'vLLM of July 2026',
        dated: '2026-07-19',
        origin: 'log',
        line: "ValueError: To serve at least one request with the model's max seq len (1048576), (44.25 GiB KV cache is needed, which is larger than the available KV cache memory (8.42 GiB). Based on the available memory, the estimated maximum model length is 199552. Try increasing gpu_memory_utilization (which also controls CPU memory on the CPU backend) or decreasing max_model_len when initializing the engine. See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details.",
      },
      {
        from: 'vLLM of April 2025',
        dated: '2025-04-05',
        origin: 'log',
        line: "ERROR 04-05 01:12:55 [core.py:390] ValueError: To serve at least one request with the models's max seq len (1048576), (24.00 GiB KV cache is needed, which is larger than the available KV cache memory (9.97 GiB). Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.",
      },
    ],
  },
  {
    id: 'vllm.max-model-len-older',
    test: /max seq len \((\d{1,12})\) is larger than the maximum number of tokens that can be stored in KV cache \((\d{1,12})\)/,
    read: ([, length, possible]) => ({
      kind: 'oom',
      phase: 'kv-cache',
      advice: 'shorten-length',
      figures: known<OomFigures>({ maxModelLen: number(length), possibleModelLen: number(possible) }),
    }),
    samples: [
      {
        from: 'vLLM of January 2024',
        dated: '2024-01-11',
        origin: 'log',
        line: "ValueError: The model's max seq len (4096) is larger than the maximum number of tokens that can be stored in KV cache (3664). Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.",
      },
    ],
  },
  {
    id: 'vllm.free-at-start',
    test: /Free memory on device (?:cuda:(\d{1,3}) )?\((\d{1,6}\.?\d{0,2})\/(\d{1,6}\.?\d{0,2}) GiB\) on startup is less than desired GPU memory utilization \((\d\.?\d{0,4}),/,
    read: ([, ordinal, free, total, utilization]) => ({
      kind: 'oom',
      phase: 'load',
      advice: 'lower-memory-fraction',
      figures: known<OomFigures>({
        gpuOrdinal: number(ordinal),
        freeMiB: sizeMiB(free, 'GiB'),
        capacityMiB: sizeMiB(total, 'GiB'),
        utilization: number(utilization),
      }),
    }),
    samples: [
      {
        from: 'vLLM 0.24',
        dated: '2026-08-15',
        origin: 'log',
        line: 'ValueError: Free memory on device cuda:0 (2.02/63.59 GiB) on startup is less than desired GPU memory utilization (0.92, 58.51 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.',
      },
      {
        from: 'vLLM 0.11',
        dated: '2025-10-20',
        origin: 'log',
        line: 'ValueError: Free memory on device (61.05/119.7 GiB) on startup is less than desired GPU memory utilization (0.52, 62.24 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.',
      },
    ],
  },
  {
    id: 'vllm.warm-up',
    test: /CUDA out of memory occurred when warming up (?:sampler|pooler)(?: \([^)]{0,40}\))? with (\d{1,6}) dummy requests/,
    read: ([, sequences]) => ({
      kind: 'oom',
      phase: 'graph-capture',
      advice: 'fewer-sequences',
      figures: known<OomFigures>({ sequences: number(sequences) }),
    }),
    samples: [
      {
        from: 'vLLM 0.13.0',
        dated: '2026-02-10',
        origin: 'log',
        line: 'RuntimeError: CUDA out of memory occurred when warming up sampler with 256 dummy requests. Please try lowering `max_num_seqs` or `gpu_memory_utilization` when initializing the engine.',
      },
    ],
  },
  {
    id: 'vllm.engine-core-failed',
    test: /Engine core initialization failed|EngineDeadError|EngineCore encountered (?:an issue|a fatal error)/,
    read: () => ({ kind: 'symptom' }),
    samples: [
      {
        from: 'vLLM 0.11',
        dated: '2025-10-20',
        origin: 'log',
        line: '(APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}',
      },
      {
        from: 'vLLM 0.11',
        dated: '2026-11-23',
        origin: 'source',
        line: '(EngineCore_DP0 pid=271) ERROR 10-20 09:14:31 [core.py:710] EngineCore encountered a fatal error.',
      },
    ],
  },
]
