import type { EnginePattern } from './pattern.ts'

/** The CUDA runtime's own words, whichever engine passes them on. */
export const cudaPatterns: readonly EnginePattern[] = [
  {
    id: 'cuda.oom',
    test: /CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation/,
    read: () => ({ kind: 'oom', figures: {} }),
    samples: [
      {
        from: 'llama.cpp b5172',
        dated: '2026-11-23',
        origin: 'source',
        line: 'ggml/src/ggml-cuda/ggml-cuda.cu:75: CUDA error: out of memory',
      },
      { from: 'PyTorch 2.6', dated: '2026-11-23', origin: 'source', line: 'RuntimeError: CUDA error: out of memory' },
    ],
  },
  {
    id: 'cuda.error',
    test: /CUDA error: ((?:an illegal memory access was encountered|uncorrectable ECC error encountered|unspecified launch failure|device-side assert triggered|the launch timed out and was terminated|misaligned address|an illegal instruction was encountered|unknown error|no CUDA-capable device is detected|device kernel image is invalid|CUDA-capable device\(s\) is\/are busy or unavailable))/,
    read: ([, error = '']) => ({ kind: 'cuda-error', error }),
    samples: [
      {
        from: 'PyTorch 2.6',
        dated: '2026-11-23',
        origin: 'source',
        line: 'RuntimeError: CUDA error: an illegal memory access was encountered',
      },
      {
        from: 'PyTorch 2.6',
        dated: '2026-11-23',
        origin: 'source',
        line: 'torch.AcceleratorError: CUDA error: uncorrectable ECC error encountered',
      },
      { from: 'PyTorch 2.6', dated: '2026-11-23', origin: 'source', line: 'RuntimeError: CUDA error: unspecified launch failure' },
    ],
  },
  {
    id: 'cuda.nvml-lost',
    test: /Failed to initialize NVML: Unknown Error|NVMLError_Unknown|Can't initialize NVML/,
    read: () => ({ kind: 'gpu-lost' }),
    samples: [
      { from: 'nvidia-smi 535 in a container', dated: '2026-11-23', origin: 'source', line: 'Failed to initialize NVML: Unknown Error' },
      {
        from: 'PyTorch 2.5 in a container',
        dated: '2026-11-23',
        origin: 'source',
        line: "/usr/local/lib/python3.12/dist-packages/torch/cuda/__init__.py:716: UserWarning: Can't initialize NVML",
      },
    ],
  },
]
