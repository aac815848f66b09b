import { execFileSync } from 'node:child_process'
import test from 'ava'
import { Witnesses } from '../../../../agent/runtime/exec/witnesses.ts'
import { type ProcessStat, readStat } from '../../../../agent/runtime/proc.ts'
import { startProcess } from '../../../lab/process.ts'
import { eventually } from '../../../lab/wait.ts'

const statOf = async (pid: number): Promise<ProcessStat> => {
  const stat = await readStat(pid)
  if (!stat) throw new Error(`process ${pid} is gone`)
  return stat
}

test('a process bears witness until it is gone', async (t) => {
  await using child = await startProcess('sleep', ['1000'])
  using witnesses = new Witnesses()
  witnesses.follow([await statOf(process.pid), await statOf(child.pid)])
  t.true(witnesses.allAlive())
  t.true(witnesses.allAlive())
  child.kill('SIGKILL')
  await child.exited
  t.false(witnesses.allAlive())
  witnesses.follow([])
  t.true(witnesses.allAlive())
})

test('a zombie bears no witness', async (t) => {
  // The program that the shell becomes never asks how its child ended.
  await using parent = await startProcess('/bin/sh', ['-c', 'sleep 1000 & exec sleep 1000'])
  const childOf = () => execFileSync('ps', ['-o', 'pid=', '--ppid', String(parent.pid)], { encoding: 'utf8' }).trim()
  const becameSleep = async () => (await statOf(parent.pid)).name === 'sleep'
  await eventually(becameSleep, { deadlineMs: 5_000, what: 'the shell to become sleep' })
  const child = await statOf(Number(childOf()))
  using witnesses = new Witnesses()
  witnesses.follow([child])
  t.true(witnesses.allAlive())
  process.kill(child.pid, 'SIGKILL')
  await eventually(async () => (await statOf(child.pid)).state === 'Z', { deadlineMs: 5_000, what: 'a zombie' })
  t.false(witnesses.allAlive())
})

test('another process with the same pid bears no witness', async (t) => {
  const mine = await statOf(process.pid)
  using witnesses = new Witnesses()
  witnesses.follow([{ ...mine, startTicks: mine.startTicks - 1 }])
  t.false(witnesses.allAlive())
})
