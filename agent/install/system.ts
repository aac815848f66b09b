import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { HostlerError } from '../../shared/errors/hostler-error.ts'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const outputLimitBytes = 1024 * 1024

/** Runs a program of the system to its end. Throws COMMAND_MISSING, or INSTALL_FAILED past the deadline. */
export const runCommand = (command: string, args: readonly string[], timeoutMs = 30_000): Promise<CommandResult> => {
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>()
  execFile(command, args, { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: outputLimitBytes }, (error, stdout, stderr) => {
    if (!error) resolve({ code: 0, stdout, stderr })
    else if (error.code === 'ENOENT')
      reject(new HostlerError('COMMAND_MISSING', `${command} is not installed on this machine`, { cause: error }))
    else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr })
    else
      reject(
        new HostlerError('INSTALL_FAILED', `"${[command, ...args].join(' ')}" did not end within ${timeoutMs / 1_000} s`, { cause: error }),
      )
  })
  return promise
}

/** As runCommand, and throws INSTALL_FAILED with the output when the program fails. */
export const mustRun = async (command: string, args: readonly string[], timeoutMs?: number): Promise<string> => {
  const { code, stdout, stderr } = await runCommand(command, args, timeoutMs)
  if (code !== 0) {
    throw new HostlerError('INSTALL_FAILED', `"${[command, ...args].join(' ')}" ended with exit code ${code}: ${(stderr || stdout).trim()}`)
  }
  return stdout
}

/** Throws ROOT_REQUIRED or SYSTEMD_MISSING. */
export const requireSystemd = (command: string): void => {
  if (!existsSync('/run/systemd/system')) {
    throw new HostlerError(
      'SYSTEMD_MISSING',
      `${command} sets up a systemd service, and systemd does not run this machine; run "hostler agent" under what does`,
    )
  }
  if (process.getuid?.() !== 0)
    throw new HostlerError('ROOT_REQUIRED', `${command} changes the system: run it as root, for example with sudo`)
}
