/** `hostler …`: everything but the agent, which has a main of its own. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runCli } from './cli/program.ts'

const { argv, env: environment, stdin, stdout, stderr } = process

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second signal means now.
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  })
}

process.exitCode = await runCli(argv.slice(2), {
  stdin,
  stdout,
  stderr,
  isTTY: { stdin: stdin.isTTY === true, stdout: stdout.isTTY === true, stderr: stderr.isTTY === true },
  columns: () => (stdout.isTTY ? stdout.columns || undefined : undefined),
  rows: () => stdout.rows ?? 24,
  settings: {
    credentialsFile: environment.HOSTLER_CREDENTIALS,
    configDirectory: environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'),
    adminCredentialsFile: '/var/lib/hostler/controller/admin.json',
    noColor: (environment.NO_COLOR ?? '') !== '',
  },
  signal: stop.signal,
  now: Date.now,
  restore: async (options) => (await import('./daemons/restore.ts')).restoreController(environment)(options),
  // Loaded when they run: a command that only asks needs neither the store nor the gateway.
  daemons: {
    controller: async (options, signal) => (await import('./daemons/controller.ts')).controllerDaemon(environment)(options, signal),
    gateway: async (options, signal) => (await import('./daemons/gateway.ts')).gatewayDaemon(environment)(options, signal),
    up: async (options, signal) => (await import('./daemons/up.ts')).upDaemon(environment)(options, signal),
  },
})
