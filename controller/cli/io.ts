/** All that the command line knows of the process it runs in; main.ts fills it in, tests fill in their own. */

export interface CliSettings {
  /** $HOSTLER_CREDENTIALS */
  readonly credentialsFile?: string | undefined
  /** $XDG_CONFIG_HOME or ~/.config */
  readonly configDirectory: string
  /** Where a controller on this machine leaves the admin's credentials. */
  readonly adminCredentialsFile: string
  /** $NO_COLOR is set. */
  readonly noColor: boolean
}

/** Options of `hostler controller`, `gateway` and `up`; what is absent comes from the configuration. */
export interface DaemonOptions {
  readonly configFile?: string | undefined
  readonly dataDirectory?: string | undefined
  /** Join token, for a gateway's first start. */
  readonly join?: string | undefined
  /** Name of a gateway. */
  readonly name?: string | undefined
  /** What carries a gateway's traffic. */
  readonly engine?: string | undefined
  /** `up` without an agent on this machine. */
  readonly withoutAgent?: boolean | undefined
}

/** Runs until the signal aborts; resolves to the exit code. */
export type Daemon = (options: DaemonOptions, signal: AbortSignal) => Promise<number>

/** What a restore did, for people. */
export interface RestoreResult {
  readonly file: string
  readonly keptIn: string | undefined
  readonly deployments: readonly string[]
  readonly hosts: number
  readonly replicas: number
  /** 0: it holds no event. */
  readonly newestEventUnixMs: number
}

export interface RestoreOptions extends Pick<DaemonOptions, 'configFile' | 'dataDirectory'> {
  /** The backup. */
  readonly from: string
}

export interface Daemons {
  readonly controller: Daemon
  readonly gateway: Daemon
  readonly up: Daemon
}

export interface CliIo {
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  /** Of the terminal, read anew for each drawing; undefined: not a terminal, so no limit. */
  readonly columns: () => number | undefined
  readonly rows: () => number
  readonly settings: CliSettings
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal
  /** Unix time in milliseconds. */
  readonly now: () => number
  readonly daemons: Daemons
  /** Puts a backup in the place of the database of a controller that is stopped. */
  readonly restore: (options: RestoreOptions) => Promise<RestoreResult>
}
