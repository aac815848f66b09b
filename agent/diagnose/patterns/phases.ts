import type { EnginePattern } from './pattern.ts'

/**
 * Lines and frames of tracebacks that tell what an engine was doing. A frame of the start wins over one of the serving loop: engines run
 * their serving code once as they start.
 */
export const phasePatterns: readonly EnginePattern[] = [
  {
    id: 'phase.load',
    test: /, in (?:load_model|_load_model|get_model|load_weights|load_weights_and_postprocess|initialize_model|load_single_module|create_weights|_initialize_model)$|Starting to load model |load_tensors: loading model tensors|Load weight begin\./,
    read: () => ({ kind: 'phase', phase: 'load' }),
    samples: [
      {
        from: 'vLLM 0.11',
        dated: '2026-11-23',
        origin: 'source',
        line: '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/worker/gpu_worker.py", line 213, in load_model',
      },
      {
        from: 'vLLM 0.11',
        dated: '2026-11-23',
        origin: 'source',
        line: '(EngineCore_DP0 pid=271) INFO 10-20 09:12:02 [gpu_model_runner.py:2602] Starting to load model /models/r1...',
      },
      {
        from: 'SGLang 0.4.6',
        dated: '2026-11-23',
        origin: 'source',
        line: '[2025-04-30 10:11:12 TP0] Load weight begin. avail mem=78.58 GB',
      },
      {
        from: 'llama.cpp of February 2025',
        dated: '2025-02-01',
        origin: 'log',
        line: 'load_tensors: loading model tensors, this can take a while... (mmap = true)',
      },
    ],
  },
  {
    id: 'phase.graph-capture',
    test: /, in (?:capture_model|_capture_cudagraphs|compile_or_warm_up_model|init_cuda_graphs|init_device_graphs|capture_one_batch_size|_run_cuda_graph_warmup|_capture_generation_cuda_graphs|kernel_warmup|profile_run|determine_available_memory|profile_cudagraph_memory|_dummy_sampler_run)$|Capture cuda graph begin|Capturing (?:the model for CUDA graphs|CUDA graphs|batches)/,
    read: () => ({ kind: 'phase', phase: 'graph-capture' }),
    samples: [
      {
        from: 'TensorRT-LLM 1.1',
        dated: '2025-10-30',
        origin: 'log',
        line: '  File "/usr/local/lib/python3.12/dist-packages/tensorrt_llm/_torch/pyexecutor/model_engine.py", line 652, in _capture_generation_cuda_graphs',
      },
      {
        from: 'vLLM 0.5',
        dated: '2024-08-19',
        origin: 'log',
        line: '(VllmWorkerProcess pid=13109) INFO 08-19 07:51:12 model_runner.py:1024] Capturing the model for CUDA graphs. This may lead to unexpected consequences if the model is not static.',
      },
      {
        from: 'SGLang 0.4.6',
        dated: '2025-04-29',
        origin: 'log',
        line: 'Capturing batches (avail_mem=5.25 GB): 100%|##########| 35/35 [00:54<00:00,  1.57s/it]',
      },
    ],
  },
  {
    id: 'phase.kv-cache',
    test: /, in (?:initialize_kv_cache|initialize_kv_cache_tensors|_allocate_kv_cache_tensors|_allocate_kv_cache|allocate_kv_cache|init_memory_pool|get_kv_cache_configs?|check_enough_kv_cache_memory|_check_enough_kv_cache_memory|_create_buffers|initialize_from_config)$|llama_kv_cache(?:_unified|_init)?: +\S{1,12} KV buffer size|llama_context: constructing llama_context/,
    read: () => ({ kind: 'phase', phase: 'kv-cache' }),
    samples: [
      {
        from: 'vLLM 0.11',
        dated: '2026-11-23',
        origin: 'source',
        line: '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/worker/gpu_model_runner.py", line 4260, in _allocate_kv_cache_tensors',
      },
      {
        from: 'llama.cpp of February 2025',
        dated: '2025-02-01',
        origin: 'log',
        line: 'llama_kv_cache_init:      CUDA0 KV buffer size =   379.23 MiB',
      },
      { from: 'llama.cpp of August 2025', dated: '2026-11-23', origin: 'source', line: 'llama_context: constructing llama_context' },
    ],
  },
  {
    id: 'phase.run',
    test: /, in (?:run_busy_loop|_process_engine_step|event_loop_normal|event_loop_overlap|forward_batch_generation|_executor_loop|_executor_loop_overlap)$|Application startup complete|The server is fired up and ready to roll|server is listening on http/,
    read: () => ({ kind: 'phase', phase: 'run' }),
    samples: [
      {
        from: 'vLLM 0.11',
        dated: '2026-11-23',
        origin: 'source',
        line: '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/engine/core.py", line 754, in run_busy_loop',
      },
      { from: 'vLLM 0.11', dated: '2026-11-23', origin: 'source', line: '(APIServer pid=1) INFO:     Application startup complete.' },
      {
        from: 'SGLang 0.4.6',
        dated: '2026-11-23',
        origin: 'source',
        line: '[2025-04-30 10:12:40] The server is fired up and ready to roll!',
      },
      {
        from: 'llama.cpp of February 2025',
        dated: '2025-02-01',
        origin: 'log',
        line: 'main: server is listening on http://0.0.0.0:8008 - starting the main loop',
      },
    ],
  },
]
