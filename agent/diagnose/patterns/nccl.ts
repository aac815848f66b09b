import type { EnginePattern } from './pattern.ts'

export const ncclPatterns: readonly EnginePattern[] = [
  {
    id: 'nccl.timeout',
    test: /Watchdog caught collective operation timeout: WorkNCCL\(/,
    read: (_, line) => ({
      kind: 'nccl-timeout',
      collective: /OpType=([A-Z_]{1,40})/.exec(line)?.[1] ?? '',
      timeoutMs: Number(/Timeout\(ms\)=(\d{1,12})/.exec(line)?.[1] ?? 0),
    }),
    samples: [
      {
        from: 'PyTorch 2.5',
        dated: '2024-12-18',
        origin: 'log',
        line: '[rank0]:[E1218 20:27:21.426415540 ProcessGroupNCCL.cpp:629] [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1, OpType=BROADCAST, NumelIn=131072000, NumelOut=131072000, Timeout(ms)=600000) ran for 600081 milliseconds before timing out.',
      },
    ],
  },
  {
    id: 'nccl.shared-memory',
    test: /NCCL WARN Error(?: while creating shared memory segment|: failed to extend) (\/dev\/shm\/nccl-\S{1,40})/,
    read: ([, segment = '']) => ({ kind: 'nccl-error', error: `no room for ${segment}`, cause: 'shared-memory' }),
    samples: [
      {
        from: 'NCCL of April 2026',
        dated: '2026-04-22',
        origin: 'log',
        line: '[2026-04-22 21:34:20] host-a:202016:202235 [0] misc/shmutils.cc:132 NCCL WARN Error while creating shared memory segment /dev/shm/nccl-WU88OE (size 9637888), error: No space left on device (28)',
      },
      {
        from: 'NCCL of 2023',
        dated: '2023-09-01',
        origin: 'log',
        line: 'ubuntu:9621:9691 [6] misc/shmutils.cc:71 NCCL WARN Error: failed to extend /dev/shm/nccl-fjwOOB to 5967876 bytes',
      },
    ],
  },
  {
    id: 'nccl.memlock',
    test: /NCCL WARN Call to (ibv_(?:reg_(?:mr|dmabuf_mr)|create_(?:cq|qp))\S{0,20}) failed with error Cannot allocate memory/,
    read: ([, call = '']) => ({ kind: 'nccl-error', error: `${call}: cannot lock memory`, cause: 'memlock' }),
    samples: [
      {
        from: 'NCCL 2.21',
        dated: '2026-11-23',
        origin: 'source',
        line: 'host-b:1432:1502 [0] misc/ibvwrap.cc:181 NCCL WARN Call to ibv_reg_mr_iova2 failed with error Cannot allocate memory',
      },
      {
        from: 'NCCL 2.27',
        dated: '2026-11-23',
        origin: 'source',
        line: 'host-b:1432:1502 [0] misc/ibvwrap.cc:219 NCCL WARN Call to ibv_reg_dmabuf_mr failed with error Cannot allocate memory',
      },
    ],
  },
  {
    id: 'nccl.no-ib',
    test: /NET\/IB : No device found/,
    read: () => ({ kind: 'nccl-error', error: 'no RDMA device found, TCP is used', cause: 'network' }),
    samples: [
      { from: 'NCCL 2.21', dated: '2026-11-23', origin: 'source', line: 'host-b:1432:1502 [0] NCCL INFO NET/IB : No device found.' },
    ],
  },
  {
    id: 'nccl.peer-lost',
    test: /NCCL WARN (?:socketProgress: Connection closed by remote peer|NET\/IB ?:? ?Got completion from peer|\S{0,40} ?Got async event|Socket recv failed)/,
    read: () => ({ kind: 'nccl-error', error: 'the connection to another rank broke', cause: 'peer' }),
    samples: [
      {
        from: 'NCCL 2.21',
        dated: '2026-11-23',
        origin: 'source',
        line: 'host-b:1432:1811 [0] misc/socket.cc:49 NCCL WARN socketProgress: Connection closed by remote peer host-c<42113>',
      },
    ],
  },
  {
    id: 'nccl.error',
    test: /NCCL error: (unhandled system error|unhandled cuda error|internal error|remote process exited or there was a network error|invalid usage)/,
    read: ([, error = '']) => ({
      kind: 'nccl-error',
      error,
      cause: error.startsWith('remote') ? 'peer' : 'other',
    }),
    samples: [
      {
        from: 'vLLM 0.9',
        dated: '2026-11-23',
        origin: 'source',
        line: 'RuntimeError: NCCL error: unhandled system error (run with NCCL_DEBUG=INFO for details)',
      },
      {
        from: 'vLLM 0.9',
        dated: '2026-11-23',
        origin: 'source',
        line: 'RuntimeError: NCCL error: remote process exited or there was a network error',
      },
    ],
  },
]
