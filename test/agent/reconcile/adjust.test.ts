import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { EngineExit } from '../../../agent/reconcile/engine-exit.ts'
import type { GpuHolders } from '../../../agent/runtime/gpu-holders.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { replicaSpec } from '../runtime/replica-specs.ts'
import { agentHome, hostSpec } from './running.ts'

const stub = join(import.meta.dirname, '../../fixtures/engine-stub-oom.ts')

const vllm = (args: readonly string[], changes: Partial<ReplicaSpec> = {}): ReplicaSpec =>
  replicaSpec({
    command: [process.execPath, stub],
    args: ['--host', '{{address}}', '--port', '{{port}}', '--api-key', '{{apiKey}}', ...args],
    engine: 'vllm',
    onOom: 'adjust',
    ...changes,
  })

const argumentsOf = async (endpoint: string): Promise<readonly string[]> => {
  const answer = await fetch(`http://${endpoint}/stub/environment`)
  return ((await answer.json()) as { argv: readonly string[] }).argv
}

const stepsOf = (adjustments: readonly { readonly flag: string; readonly from: string; readonly to: string }[]) =>
  adjustments.map(({ flag, from, to }) => `${flag} ${from} ${to}`)

test('An engine that runs out of memory is started with 16, then 8 concurrent sequences in place of 32, and is ready with that', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches } = await home.start()
  const exits: EngineExit[] = []
  reconciler.onExit((exit) => exits.push(exit))
  await reconciler.setSpec(hostSpec(1, vllm(['--max-num-seqs', '32'])))
  const ready = await reaches('chat-1-0', 'ready')
  t.deepEqual(stepsOf(ready.adjustments), ['--max-num-seqs 32 16', '--max-num-seqs 16 8'])
  t.is(ready.restarts, 2)
  t.regex(ready.warnings.join(), /--max-num-seqs 8 \(in place of 32\)/)
  t.deepEqual(
    exits.map(({ failure, reading }) => [failure.code, reading.oom?.phase, reading.oom?.figures.triedMiB]),
    [
      ['CUDA_OOM', 'graph-capture', 8192],
      ['CUDA_OOM', 'graph-capture', 8192],
    ],
  )
  t.regex(exits[0]?.failure.message ?? '', /asked for 8 GiB, 3\.3 GiB of 140 GiB were free.*--max-num-seqs 16 \(in place of 32\)/)

  const held = await reaches('chat-1-0', 'ready', ({ adjustments }) => adjustments.every((adjustment) => adjustment.held))
  t.is(held.instanceId, ready.instanceId)
})

test('What held is remembered over a restart of the agent, does not make the engine look outdated, and is kept when it is killed', async (t) => {
  const home = await agentHome(t)
  const first = await home.start()
  await first.reconciler.setSpec(hostSpec(1, vllm(['--max-num-seqs', '16'])))
  const before = await first.reaches('chat-1-0', 'ready', ({ adjustments }) => adjustments.some(({ held }) => held))
  await first.end()

  const second = await home.start()
  const phases = new Set<string>()
  second.reconciler.onChange(() => phases.add(second.status('chat-1-0')?.phase ?? 'gone'))
  const after = await second.reaches('chat-1-0', 'ready')
  t.is(after.instanceId, before.instanceId)
  t.deepEqual([...phases], ['ready'])
  t.deepEqual(after.adjustments, before.adjustments)

  const [instance] = await home.exec.list()
  process.kill(instance?.pid ?? 0, 'SIGKILL')
  const again = await second.reaches('chat-1-0', 'ready', ({ instanceId }) => instanceId !== after.instanceId)
  t.deepEqual(stepsOf(again.adjustments), ['--max-num-seqs 16 8'])
  // 137 without a kernel that says so is no want of memory.
  t.is(again.exitCode, 137)
  t.false(again.oomKilled)
})

test('One that runs out as it serves is started with half as many sequences, and never given up while it serves in between', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  const exits: EngineExit[] = []
  reconciler.onExit((exit) => exits.push(exit))
  await reconciler.setSpec(hostSpec(1, vllm(['--max-num-seqs=8'])))
  const report =
    readFileSync(new URL('../../fixtures/engine-logs/pytorch-2.11-cuda-oom-h200.txt', import.meta.url), 'utf8').split('\n')[2] ?? ''
  for (const [at, left] of ['4', '2', '1'].entries()) {
    const { endpoint } = await reaches('chat-1-0', 'ready', ({ restarts }) => restarts === at)
    await fetch(`http://${endpoint}/stub/say/${encodeURIComponent(report)}`, { method: 'POST' })
    await fetch(`http://${endpoint}/stub/exit/1`, { method: 'POST' }).catch(() => {})
    const again = await reaches('chat-1-0', 'ready', ({ restarts }) => restarts === at + 1)
    t.is(again.adjustments.at(-1)?.to, left)
    t.is(again.adjustments.at(-1)?.cause, 'run')
  }
  t.deepEqual(
    exits.map(({ reading }) => reading.oom?.phase),
    ['run', 'run', 'run'],
  )
})

test('A new revision starts with what its spec says', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, vllm(['--max-num-seqs', '16'])))
  await reaches('chat-1-0', 'ready', ({ adjustments }) => adjustments.length === 1)
  await reconciler.setSpec(hostSpec(2, vllm(['--max-num-seqs', '7'], { revision: 2 })))
  const ready = await reaches('chat-1-0', 'ready', ({ revision, adjustments }) => revision === 2 && adjustments.length === 0)
  t.deepEqual(ready.warnings, [])
  t.false((await argumentsOf(ready.endpoint)).includes('8'))
})

test('With onOOM: report nothing is changed: the one change is named, and starts that can only end alike are given up', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, vllm(['--max-num-seqs', '32'], { onOom: 'report' })))
  const failed = await reaches('chat-1-0', 'failed')
  t.is(failed.reason, 'CUDA_OOM')
  t.regex(failed.message, /Set --max-num-seqs 16 \(in place of 32\), or onOOM: adjust.*not started again until its spec changes/)
  t.deepEqual(failed.adjustments, [])
  t.is(failed.restarts, 2)
})

test('Steps come to an end: when nothing smaller is left the replica fails, and says what was tried', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  const stingy = ['--max-num-seqs', '2', '--gpu-memory-utilization=0.55', '--oom-fits', '0']
  await reconciler.setSpec(hostSpec(1, vllm(stingy)))
  const failed = await reaches('chat-1-0', 'failed')
  t.deepEqual(stepsOf(failed.adjustments), ['--max-num-seqs 2 1', '--gpu-memory-utilization 0.55 0.5'])
  t.is(failed.reason, 'CUDA_OOM')
  t.regex(failed.message, /No smaller setting is left.*Tried so far: --max-num-seqs 1, --gpu-memory-utilization 0\.5\./)
})

test('Weights that do not fit are not answered with fewer sequences', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, vllm(['--max-num-seqs', '32', '--oom-frame', 'load_model'])))
  const failed = await reaches('chat-1-0', 'failed')
  t.regex(failed.message, /as it loaded the weights.*at least 4\.7 GiB are missing on each GPU.*parallelism\.tensor/)
  t.deepEqual(failed.adjustments, [])
})

test('While somebody else holds the GPU nothing of ours is changed, and the holder is named', async (t) => {
  const gpu = 'GPU-11111111-0000-4000-8000-000000000001'
  // Free as it is launched; held by this very test when the engine has ended.
  let held = false
  const holders: GpuHolders = {
    holders: async () => ({
      kind: 'known',
      gpus: new Map([[gpu, held ? [{ pid: process.pid, name: 'python3', kind: 'compute' as const }] : []]]),
    }),
  }
  const { reconciler } = await (await agentHome(t)).start({ holders })
  reconciler.onChange(() => {
    held ||= (reconciler.statuses().get('chat-1-0')?.instanceId ?? '') !== ''
  })
  const exited = new Promise<EngineExit>((resolve) => reconciler.onExit(resolve))
  await reconciler.setSpec(hostSpec(1, vllm(['--max-num-seqs', '32', '--oom-foreign-gib', '96'], { gpuUuids: [gpu] })))
  const exit = await exited
  t.is(exit.failure.code, 'CUDA_OOM')
  t.deepEqual(exit.taken, [])
  t.regex(exit.failure.message, new RegExp(`96 GiB are held by python3 \\(pid ${process.pid}.*nothing of this replica is changed`))
})
