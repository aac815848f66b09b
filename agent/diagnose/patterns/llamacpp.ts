import type { EnginePattern, OomFigures } from './pattern.ts'
import { known, sizeMiB } from './size.ts'

const bytesToMiB = (bytes: string | undefined): number | undefined => sizeMiB(bytes, 'bytes')

export const llamacppPatterns: readonly EnginePattern[] = [
  {
    id: 'llamacpp.cuda-malloc',
    test: /allocating (\d{1,9}\.\d{1,2}) (MiB) on device (\d{1,3}): cudaMalloc failed: out of memory/,
    read: ([, amount, unit, ordinal]) => ({
      kind: 'oom',
      figures: known<OomFigures>({ triedMiB: sizeMiB(amount, unit), gpuOrdinal: Number(ordinal) }),
    }),
    samples: [
      {
        from: 'llama.cpp of August 2026',
        dated: '2026-08-01',
        origin: 'log',
        line: '1.06.520.077 E ggml_backend_cuda_buffer_type_alloc_buffer: allocating 51748.72 MiB on device 1: cudaMalloc failed: out of memory',
      },
      {
        from: 'llama.cpp of September 2024',
        dated: '2024-09-18',
        origin: 'log',
        line: 'ggml_backend_cuda_buffer_type_alloc_buffer: allocating 144.00 MiB on device 4: cudaMalloc failed: out of memory',
      },
    ],
  },
  {
    id: 'llamacpp.compute-buffer',
    test: /ggml_gallocr_reserve_n(?:_impl)?: failed to allocate \S{1,20} buffer of size (\d{1,18})/,
    read: ([, bytes]) => ({ kind: 'oom', phase: 'graph-capture', figures: known<OomFigures>({ triedMiB: bytesToMiB(bytes) }) }),
    samples: [
      {
        from: 'llama.cpp of August 2026',
        dated: '2026-08-01',
        origin: 'log',
        line: '1.06.520.084 E ggml_gallocr_reserve_n_impl: failed to allocate CUDA1 buffer of size 54262464512',
      },
      {
        from: 'llama.cpp of September 2024',
        dated: '2024-09-18',
        origin: 'log',
        line: 'ggml_gallocr_reserve_n: failed to allocate CUDA4 buffer of size 150995968',
      },
    ],
  },
  {
    id: 'llamacpp.tensor-buffer',
    test: /alloc_tensor_range: failed to allocate \S{1,20} buffer of size (\d{1,18})/,
    read: ([, bytes]) => ({ kind: 'oom', figures: known<OomFigures>({ triedMiB: bytesToMiB(bytes) }) }),
    samples: [
      {
        from: 'llama.cpp of February 2025',
        dated: '2026-11-23',
        origin: 'source',
        line: 'alloc_tensor_range: failed to allocate CUDA0 buffer of size 25769803776',
      },
    ],
  },
  {
    id: 'llamacpp.model',
    test: /error loading model: unable to allocate (?:backend|CUDA\d{0,3}) buffer/,
    read: () => ({ kind: 'oom', phase: 'load', figures: {} }),
    samples: [
      {
        from: 'llama.cpp of February 2025',
        dated: '2026-11-23',
        origin: 'source',
        line: 'llama_model_load: error loading model: unable to allocate CUDA0 buffer',
      },
      {
        from: 'llama.cpp of May 2024',
        dated: '2024-05-18',
        origin: 'log',
        line: 'llama_model_load: error loading model: unable to allocate backend buffer',
      },
    ],
  },
  {
    id: 'llamacpp.kv-cache',
    test: /failed to (?:allocate buffer for kv cache|initialize the context: failed to allocate buffer for kv cache)/,
    read: () => ({ kind: 'oom', phase: 'kv-cache', figures: {}, advice: 'shorten-length' }),
    samples: [
      {
        from: 'llama.cpp of May 2025',
        dated: '2026-11-23',
        origin: 'source',
        line: 'llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv cache',
      },
    ],
  },
]
