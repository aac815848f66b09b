/** Help that belongs to no single command. */
import { exitCodes } from './exit-codes.ts'

const exitCodeLines = (): string[] => [
  'Exit codes of every command:',
  '',
  ...Object.values(exitCodes).map(({ code, meaning }) => `${String(code).padStart(5)}  ${meaning}`),
]

const credentialLines = (): string[] => [
  'Credentials are looked for in this order:',
  '',
  '  1. the file of --credentials',
  '  2. the file that $HOSTLER_CREDENTIALS names',
  '  3. ~/.config/hostler/credentials.json, which hostler login writes',
  '  4. /var/lib/hostler/controller/admin.json, on the machine of the controller',
  '',
  'To give someone access: hostler token create --kind user --role operator (admin, operator or viewer).',
]

export const topics: Readonly<Record<string, () => string[]>> = { 'exit-codes': exitCodeLines, credentials: credentialLines }
