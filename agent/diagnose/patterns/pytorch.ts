import { type EnginePattern, type LogHolder, longestLine, type OomFigures } from './pattern.ts'
import { known, sizeIn, sizeMiB } from './size.ts'

const holderPattern = /Process (\d{1,10}) has (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) memory in use/g

const holdersIn = (line: string): LogHolder[] =>
  [...line.matchAll(holderPattern)].flatMap(([, pid, amount, unit]) => {
    const usedMiB = sizeMiB(amount, unit)
    return usedMiB === undefined ? [] : [{ pid: Number(pid), usedMiB }]
  })

const figuresOf = (line: string): OomFigures => {
  const ordinal = /GPU (\d{1,3}) has a total capacity/.exec(line)?.[1]
  return known<OomFigures>({
    gpuOrdinal: ordinal === undefined ? undefined : Number(ordinal),
    triedMiB: sizeIn(line, /Tried to allocate (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes)/),
    capacityMiB: sizeIn(line, /total capacity of (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes)/),
    freeMiB: sizeIn(line, /of which (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) is free/),
    inUseMiB: sizeIn(line, /this process has (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) memory in use/),
    allocatedMiB: sizeIn(line, /Of the allocated memory (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) is allocated by PyTorch/),
    privatePoolsMiB: sizeIn(line, /with (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) allocated in private pools/),
    reservedUnallocatedMiB: sizeIn(line, /and (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) is reserved by PyTorch but unallocated/),
    holders: holdersIn(line),
    allocatorVariable: /try setting (PYTORCH(?:_CUDA)?_ALLOC_CONF)=/.exec(line)?.[1],
  })
}

const olderFiguresOf = (line: string): OomFigures => {
  const ordinal = /\(GPU (\d{1,3});/.exec(line)?.[1]
  const allocatedMiB = sizeIn(line, /; (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) already allocated/)
  const reservedMiB = sizeIn(line, /; (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) reserved in total by PyTorch/)
  return known<OomFigures>({
    gpuOrdinal: ordinal === undefined ? undefined : Number(ordinal),
    triedMiB: sizeIn(line, /Tried to allocate (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes)/),
    capacityMiB: sizeIn(line, /; (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) total capacity/),
    freeMiB: sizeIn(line, /; (\d{1,9}\.?\d{0,2}) ([KMGT]iB|bytes) free/),
    allocatedMiB,
    reservedUnallocatedMiB:
      allocatedMiB === undefined || reservedMiB === undefined ? undefined : Math.round((reservedMiB - allocatedMiB) * 100) / 100,
    allocatorVariable: /PYTORCH(?:_CUDA)?_ALLOC_CONF/.exec(line)?.[0],
  })
}

/** SGLang wraps PyTorch's report and says in front of it what it was doing. */
const whileCapturing = (line: string): boolean => line.slice(0, longestLine).includes('Capture cuda graph failed')

/** The report of PyTorch's allocator; every engine that is built on it prints it. */
export const pytorchPatterns: readonly EnginePattern[] = [
  {
    id: 'pytorch.oom',
    test: /CUDA out of memory\. Tried to allocate [^(]{1,40}GPU \d/,
    read: (_, line) => ({ kind: 'oom', figures: figuresOf(line), ...(whileCapturing(line) ? { phase: 'graph-capture' } : {}) }),
    samples: [
      {
        from: 'PyTorch 2.11 on an H200',
        dated: '2026-11-23',
        origin: 'log',
        line: 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 8.00 GiB. GPU 0 has a total capacity of 139.80 GiB of which 3.29 GiB is free. Including non-PyTorch memory, this process has 136.51 GiB memory in use. Of the allocated memory 136.00 GiB is allocated by PyTorch, and 0 bytes is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.  See documentation for Memory Management  (https://docs.pytorch.org/docs/stable/notes/cuda.html#optimizing-memory-usage-with-pytorch-cuda-alloc-conf)',
      },
      {
        from: 'PyTorch in TensorRT-LLM of September 2025',
        dated: '2025-09-17',
        origin: 'log',
        line: "[09/17/2025-21:24:19] [TRT-LLM] [RANK 2] [E] Error executing load_single_module with args ('model.layers.9.mlp.gate_up_proj', Linear()): CUDA out of memory. Tried to allocate 40.00 MiB. GPU 0 has a total capacity of 22.07 GiB of which 20.62 MiB is free. Process 157 has 270.00 MiB memory in use. Process 451 has 1.16 GiB memory in use. Including non-PyTorch memory, this process has 1.12 GiB memory in use. Process 453 has 1.28 GiB memory in use. Process 450 has 7.69 GiB memory in use. Of the allocated memory 880.00 MiB is allocated by PyTorch, and 20.00 MiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.",
      },
      {
        from: 'PyTorch in SGLang of April 2025',
        dated: '2026-11-23',
        origin: 'source',
        line: 'Exception: Capture cuda graph failed: CUDA out of memory. Tried to allocate 448.00 MiB. GPU 7 has a total capacity of 95.00 GiB of which 276.31 MiB is free. Process 2301 has 94.72 GiB memory in use. Of the allocated memory 91.31 GiB is allocated by PyTorch, with 51.62 MiB allocated in private pools (e.g., CUDA Graphs), and 1.50 GiB is reserved by PyTorch but unallocated.',
      },
    ],
  },
  {
    id: 'pytorch.oom-older',
    test: /CUDA out of memory\. Tried to allocate [^;]{1,30}\(GPU \d{1,3};/,
    read: (_, line) => ({ kind: 'oom', figures: olderFiguresOf(line) }),
    samples: [
      {
        from: 'PyTorch 1.13',
        dated: '2026-11-23',
        origin: 'source',
        line: 'RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 23.69 GiB total capacity; 18.30 GiB already allocated; 1.65 GiB free; 20.77 GiB reserved in total by PyTorch) If reserved memory is >> allocated memory try setting max_split_size_mb to avoid fragmentation.  See documentation for Memory Management and PYTORCH_CUDA_ALLOC_CONF',
      },
      {
        from: 'PyTorch 2.0',
        dated: '2026-11-23',
        origin: 'source',
        line: 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 256.00 MiB (GPU 3; 79.15 GiB total capacity; 77.52 GiB already allocated; 177.25 MiB free; 77.90 GiB reserved in total by PyTorch) If reserved memory is >> allocated memory try setting max_split_size_mb to avoid fragmentation.',
      },
    ],
  },
]
