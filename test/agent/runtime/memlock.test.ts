import test from 'ava'
import { isMemlockRefusal, judgeEngineMemlock, judgeOwnMemlock } from '../../../agent/runtime/memlock.ts'
import { type Privileges, readPrivileges } from '../../../agent/runtime/proc.ts'

const root = 'user:[4026531837]'
const privileges = (changes: Partial<Privileges> = {}): Privileges => ({
  effectiveCapabilities: 0n,
  memlockHardBytes: 8 * 1024 * 1024,
  userNamespace: root,
  ...changes,
})
const all = 0x1ffffffffffn
const withoutSysResource = all & ~(1n << 24n)

test('memlock is grantable with CAP_SYS_RESOURCE or without a limit, and otherwise not', (t) => {
  t.true(judgeEngineMemlock(privileges({ effectiveCapabilities: all }), undefined).grantable)
  t.true(judgeEngineMemlock(privileges({ memlockHardBytes: Number.POSITIVE_INFINITY }), undefined).grantable)
  const verdict = judgeEngineMemlock(privileges({ effectiveCapabilities: withoutSysResource }), undefined)
  t.false(verdict.grantable)
  t.regex(verdict.evidence, /8192 KiB and lacks CAP_SYS_RESOURCE/)
})

test('capabilities of a rootless engine do not count', (t) => {
  t.false(judgeEngineMemlock(privileges({ effectiveCapabilities: all, userNamespace: 'user:[4026532000]' }), undefined).grantable)
})

test('without the engine the first process of the host is judged, and without any the launch decides', (t) => {
  t.false(judgeEngineMemlock(undefined, privileges({ effectiveCapabilities: withoutSysResource })).grantable)
  t.true(judgeEngineMemlock(undefined, undefined).grantable)
})

test('a process with CAP_IPC_LOCK needs no limit', (t) => {
  t.true(judgeOwnMemlock(privileges({ effectiveCapabilities: 1n << 14n })).grantable)
  t.false(judgeOwnMemlock(privileges()).grantable)
})

test("runc's and crun's refusals are recognised, others are not", (t) => {
  t.true(
    isMemlockRefusal(
      'OCI runtime create failed: container_linux.go:380: starting container process caused: error setting rlimit type 8: operation not permitted: unknown',
    ),
  )
  t.true(isMemlockRefusal('crun: setrlimit `RLIMIT_MEMLOCK`: Operation not permitted: OCI permission denied'))
  t.false(isMemlockRefusal('error setting rlimit type 7: operation not permitted'))
  t.false(isMemlockRefusal('exec: "vllm": executable file not found in $PATH'))
})

test('the privileges of a process are read', async (t) => {
  const own = await readPrivileges(process.pid)
  t.true((own?.memlockHardBytes ?? 0) > 0)
  t.regex(own?.userNamespace ?? '', /^user:\[\d+\]$/)
})
