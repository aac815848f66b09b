import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

const executable = fileURLToPath(new URL('../../fixtures/fake-nvidia-smi', import.meta.url))

/** A host's fake nvidia-smi with settings of its own. */
export interface FakeGpus {
  readonly program: string
  readonly folder: string
  /** Changes a setting from the next reading on; names are the state files of test/fixtures/fake-nvidia-smi. */
  set(name: string, value: string | number): void
  uuid(number: number): string
  /** Starts a real process that holds GPUs until the test ends or `release` is called. */
  hold(...uuids: readonly string[]): { readonly pid: number; release(): Promise<void> }
}

/** Sets up a fake nvidia-smi that is removed, with what holds its GPUs, when the test ends. */
export const fakeGpus = (t: ExecutionContext, settings: Readonly<Record<string, string | number>> = {}): FakeGpus => {
  const folder = mkdtempSync(join(tmpdir(), `hostler-fake-gpus-${process.pid}-`))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'nvidia-smi')
  symlinkSync(executable, program)
  mkdirSync(`${program}.d`)
  const prefix = randomBytes(4).toString('hex')
  const set = (name: string, value: string | number) => writeFileSync(join(`${program}.d`, name), `${value}\n`)
  for (const [name, value] of Object.entries({ uuid_prefix: prefix, ...settings })) set(name, value)
  return {
    program,
    folder,
    set,
    uuid: (number) => `GPU-${prefix}-fa4e-4000-8000-${number.toString(16).padStart(12, '0')}`,
    hold: (...uuids) => {
      const child = spawn('sleep', ['600'], { stdio: 'ignore', env: { PATH: process.env.PATH, NVIDIA_VISIBLE_DEVICES: uuids.join() } })
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      const release = async () => {
        child.kill('SIGKILL')
        await ended
      }
      t.teardown(release)
      if (child.pid === undefined) throw new Error('sleep did not start')
      return { pid: child.pid, release }
    },
  }
}
