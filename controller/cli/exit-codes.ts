import type { ErrorCode } from '../../shared/errors/catalogue.ts'

/** What scripts can rely on. docs/cli.md is held equal to this table by a test. */
export const exitCodes = {
  ok: { code: 0, meaning: 'The command did what was asked.' },
  failure: { code: 1, meaning: 'The command, or the rollout it waited for, failed.' },
  usage: { code: 2, meaning: 'A wrong argument, option or file; nothing was changed.' },
  notFound: { code: 3, meaning: 'Nothing of that name exists.' },
  unreachable: { code: 4, meaning: 'The controller does not answer.' },
  timeout: { code: 5, meaning: 'The time given by --timeout is over; what was started goes on.' },
  permission: { code: 6, meaning: 'No credentials, or they do not allow this.' },
  differs: {
    code: 7,
    meaning: 'Something is not as it should be; nothing was changed (tune plan, tune status); or deploying would change something (plan).',
  },
  partial: { code: 8, meaning: 'Done on some hosts, or of some settings, and not on all.' },
  databaseRefused: { code: 9, meaning: 'The database is damaged, or of a newer version; a restart does not help (controller, up).' },
  faultWarning: { code: 10, meaning: 'A diagnosis found a fault: WARNING; or a warning fires (alert list --check).' },
  faultCritical: { code: 11, meaning: 'A diagnosis found a fault: CRITICAL; or a critical alert fires (alert list --check).' },
  notLooked: { code: 12, meaning: 'A diagnosis found no fault, but could not look at everything: UNKNOWN.' },
  wouldNotFit: { code: 13, meaning: 'Deploying would leave replicas without a place; nothing was changed (plan).' },
  interrupted: { code: 130, meaning: 'Ctrl-C or SIGTERM.' },
} as const

const byError: Partial<Record<ErrorCode, keyof typeof exitCodes>> = {
  ARGUMENT_INVALID: 'usage',
  SPEC_INVALID: 'usage',
  CONFIG_INVALID: 'usage',
  NOT_FOUND: 'notFound',
  STORE_CORRUPT: 'databaseRefused',
  STORE_TOO_NEW: 'databaseRefused',
  CONTROLLER_UNREACHABLE: 'unreachable',
  DEADLINE_EXCEEDED: 'timeout',
  CREDENTIALS_MISSING: 'permission',
  ROLE_FORBIDDEN: 'permission',
  IDENTITY_REVOKED: 'permission',
  CA_MISMATCH: 'permission',
  TOKEN_INVALID: 'permission',
  TOKEN_EXPIRED: 'permission',
  TOKEN_EXHAUSTED: 'permission',
}

export const exitCodeOf = (code: ErrorCode): number => exitCodes[byError[code] ?? 'failure'].code
