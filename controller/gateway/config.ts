import { z } from 'zod'

const ms = (fallback: number) => z.number().int().min(0).default(fallback)
const port = z.number().int().min(0).max(65_535)

/** Engine paths outside /v1 that clients may reach. What administers an engine (weights, caches, slots, shutdown) is not among them. */
const inferencePaths = [
  '/tokenize',
  '/detokenize',
  '/completion',
  '/completions',
  '/chat/completions',
  '/embedding',
  '/embeddings',
  '/infill',
  '/apply-template',
  '/generate',
  '/rerank',
  '/reranking',
  '/v2/rerank',
  '/score',
  '/pooling',
  '/classify',
]

/** Paths under /v1 that change an engine for everyone who uses it. */
const engineAdminPaths = ['/v1/load_lora_adapter', '/v1/unload_lora_adapter']

const timeouts = z.strictObject({
  connectMs: z.number().int().min(1).default(3_000).describe('Until a replica accepts a connection.'),
  firstByteMs: ms(600_000).describe('From sending the request to the first byte of the answer. 0: no limit.'),
  idleMs: ms(120_000).describe('Between two pieces of an answer. 0: no limit.'),
  totalMs: ms(3_600_000).describe('From the arrival of a request to its end. 0: no limit.'),
  clientStallMs: ms(120_000).describe('How long a client may leave an answer unread. 0: no limit.'),
  requestHeadMs: ms(30_000).describe('For a client to send the head of a request.'),
  requestMs: ms(300_000).describe('For a client to send a whole request.'),
  clientKeepAliveMs: ms(65_000).describe('How long an idle connection of a client is kept.'),
  upstreamKeepAliveMs: z.number().int().min(1).default(4_000).describe('Below the 5 s after which uvicorn closes an idle connection.'),
})

const retry = z.strictObject({
  maxAttempts: z.number().int().min(1).default(3).describe('How often one request may be sent to a replica that took it in.'),
  budgetRatio: z.number().min(0).max(1).default(0.2).describe('Retries per request, in the long run.'),
  budgetBurst: z.number().int().min(0).default(500).describe('Retries beyond the ratio, after a quiet time.'),
  pauseMs: ms(100).describe('Before a replica sees again a request that failed there.'),
})

const silence = z.strictObject({
  afterMs: ms(1_000).describe(
    'A replica that owes an answer, and for this long gave no byte and took no connection, is asked by a bare TCP connection whether its host is there. 0: never.',
  ),
  probeTimeoutMs: z
    .number()
    .int()
    .min(1)
    .default(1_250)
    .describe(
      'For such a connection to be taken. After one that fails nothing new is sent there; after two in a row its requests go elsewhere.',
    ),
})

const ejection = z.strictObject({
  hardBaseMs: z.number().int().min(1).default(250).describe('First rest of a replica that refuses connections or is not ready.'),
  hardCapMs: z.number().int().min(1).default(2_000).describe('Longest such rest; each is twice the one before.'),
  softBaseMs: z.number().int().min(1).default(5_000).describe('First rest of a replica that times out or answers 502 or 504.'),
  softCapMs: z.number().int().min(1).default(60_000).describe('Longest such rest.'),
  softThreshold: z.number().int().min(1).default(5).describe('Failures in a row before a rest.'),
  resetThreshold: z.number().int().min(1).default(3).describe('Connections reset in a row before a rest.'),
  maxShare: z.number().min(0).max(1).default(0.5).describe('Share of the replicas that may rest for soft failures.'),
})

/** Every setting of a gateway, with its default. */
export const gatewaySettings = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().default('0.0.0.0').describe('Address that clients reach.'),
      port: port.default(8080).describe('HTTP, for clients; also /healthz and /readyz.'),
      reusePort: z.boolean().default(false).describe('Lets a new gateway bind the port while the old one drains.'),
    })
    .prefault({}),
  tls: z
    .strictObject({
      cert: z.string().min(1).describe('File, PEM: the certificate that clients are shown, and those behind it. With tls.key: HTTPS.'),
      key: z.string().min(1).describe('File, PEM: its private key.'),
      checkMs: z
        .number()
        .int()
        .min(100)
        .default(10_000)
        .describe('How often both files are looked at; a change is used without a restart.'),
    })
    .optional(),
  auth: z.enum(['keys', 'open']).default('keys').describe('open: no API key is asked for. Only for a network of friends.'),
  maxBodyBytes: z
    .number()
    .int()
    .min(1)
    .default(10 * 1024 * 1024)
    .describe('Largest request body; above it 413.'),
  maxBufferedBytes: z
    .number()
    .int()
    .min(1)
    .default(1024 * 1024 * 1024)
    .describe('Request bodies held at one time, together.'),
  maxHeaderBytes: z
    .number()
    .int()
    .min(1024)
    .default(16 * 1024)
    .describe('Largest head of a request; above it 431.'),
  maxHeaders: z.number().int().min(1).default(100).describe('Most headers of a request; above it 431.'),
  extraPaths: z.array(z.string().startsWith('/')).default(inferencePaths).describe('Paths outside /v1 that are passed on.'),
  deniedPaths: z
    .array(z.string().startsWith('/'))
    .default(engineAdminPaths)
    .describe('Paths that are never passed on, with all below them.'),
  timeouts: timeouts.prefault({}),
  retry: retry.prefault({}),
  silence: silence.prefault({}),
  slowStartMs: ms(10_000).describe('How long a replica that joins gets less than its share, from a tenth of it on. 0: all at once.'),
  ejection: ejection.prefault({}),
  drain: z
    .strictObject({
      readinessDelayMs: ms(0).describe('Between the end of readiness and the end of listening, for load balancers to notice.'),
      timeoutMs: ms(30_000).describe('For requests in flight to end by themselves.'),
    })
    .prefault({}),
  accessLog: z
    .strictObject({ sample: z.number().min(0).max(1).default(1).describe('Share of successful requests that are logged.') })
    .prefault({}),
  metrics: z
    .strictObject({
      token: z.string().min(16).optional().describe('Bearer token that opens /metrics on the main port.'),
      listen: z
        .strictObject({
          host: z.string().default('127.0.0.1').describe('Address of the listener for /metrics.'),
          port: port.describe('Its port; without one there is no such listener.'),
        })
        .optional()
        .describe('A listener for /metrics alone.'),
    })
    .prefault({}),
})

export type GatewaySettings = z.output<typeof gatewaySettings>
export type GatewaySettingsInput = z.input<typeof gatewaySettings>
