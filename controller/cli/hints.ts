import type { ErrorCode } from '../../shared/errors/catalogue.ts'

/** What to do next, where the message alone cannot know. */
export const hints: Partial<Record<ErrorCode, string>> = {
  CONTROLLER_UNREACHABLE:
    'check that the controller runs (systemctl status hostler-controller, or hostler up) and that its address in the credentials file is right',
  DEADLINE_EXCEEDED: 'try again with a longer --timeout',
  ROLE_FORBIDDEN: 'ask an admin for credentials of a role that may do this: hostler token create --kind user --role operator',
  IDENTITY_REVOKED: 'ask an admin for new credentials: hostler token create --kind user',
  PROTOCOL_MISMATCH: 'compare both sides with: hostler version',
  STORE_CORRUPT: 'hosts and gateways serve on meanwhile; docs/operations.md, Database damaged, says how to go on',
  STORE_FULL: "free space on the disk of the controller's data directory; nothing was changed",
}
