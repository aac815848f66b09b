/** Writes docs/errors.md from the error catalogue. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue, grpcStatus } from '../shared/errors/catalogue.ts'

const nameOfGrpcStatus = (status: number): string => {
  const name = Object.entries(grpcStatus).find(([, number]) => number === status)?.[0] ?? 'unknown'
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** The page: what a code is, and a table of all of them in the catalogue's order. Pure. */
export const errorsDocument = (): string =>
  `# Errors

Every error that Hostler shows has one of these codes. The command line prints it below the message, gRPC carries it beside its own
status, and the gateway answers in OpenAI's error shape with the HTTP status given here. Scripts can rely on the code; the message is
for people: it names what was seen, what was expected, and what to do.

This page is made from \`shared/errors/catalogue.ts\` by \`npm run generate\`.

| code | HTTP | gRPC | meaning |
|---|---|---|---|
${Object.entries(catalogue)
  .map(([code, { http, grpc, meaning }]) => `| \`${code}\` | ${http} | ${nameOfGrpcStatus(grpc)} | ${meaning} |`)
  .join('\n')}
`

if (import.meta.main) writeFileSync(join(import.meta.dirname, '../docs/errors.md'), errorsDocument())
