import { execFileSync } from 'node:child_process'
import test from 'ava'
import { Witnesses } from '../../../../agent/runtime/exec/witnesses.ts'
import { readStat } from '../../../../agent/runtime/proc.ts'
import { startProcess } from '../../../lab/process.ts'
import { eventually } from '../../../lab/wait.ts'

test('a process bears witness until it is gone', async (t) => {
  await using child = await startProcess('sleep', ['1000'])
  using witnesses = new Witnesses()
  witnesses.follow([process.pid, child.pid])
  t.true(witnesses.allAlive())
  t.true(witnesses.allAlive())
  child.kill('SIGKILL')
  await child.exited
  t.false(witnesses.allAlive())
  t.false(witnesses.allAlive())
  witnesses.follow([])
  t.true(witnesses.allAlive())
})

test('a zombie bears no witness', async (t) => {
  // The program that the shell becomes never asks how its child ended.
  await using parent = await startProcess('/bin/sh', ['-c', 'sleep 1000 & exec sleep 1000'])
  const became = async () => (await readStat(parent.pid))?.name === 'sleep'
  await eventually(became, { deadlineMs: 5_000, what: 'the shell to become sleep' })
  const child = Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(parent.pid)], { encoding: 'utf8' }))
  using witnesses = new Witnesses()
  witnesses.follow([child])
  t.true(witnesses.allAlive())
  process.kill(child, 'SIGKILL')
  await eventually(async () => (await readStat(child))?.state === 'Z', { deadlineMs: 5_000, what: 'a zombie' })
  t.false(witnesses.allAlive())
})

test('a process that was gone before it was asked for bears no witness', async (t) => {
  await using child = await startProcess('true', [])
  await child.exited
  using witnesses = new Witnesses()
  witnesses.follow([child.pid])
  t.false(witnesses.allAlive())
})
