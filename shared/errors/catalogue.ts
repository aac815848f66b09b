/**
 * Every error a user can meet: its code, gRPC status, HTTP status and what it means.
 * docs/errors.md is held equal to this table by a test.
 */
export const grpcStatus = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

interface Entry {
  readonly grpc: number
  readonly http: number
  readonly meaning: string
}

const entry = (grpc: keyof typeof grpcStatus, http: number, meaning: string): Entry => ({ grpc: grpcStatus[grpc], http, meaning })

export const catalogue = {
  // input
  SPEC_INVALID: entry('invalidArgument', 400, 'A deployment spec does not fit its schema, or contradicts itself.'),
  CONFIG_INVALID: entry('invalidArgument', 400, 'A configuration file or environment variable does not fit its schema.'),
  ARGUMENT_INVALID: entry('invalidArgument', 400, 'An argument of a command or call is not usable.'),
  NOT_FOUND: entry('notFound', 404, 'No deployment, replica, host, token or key of that name.'),
  NAME_TAKEN: entry('alreadyExists', 409, 'Another object already has this name.'),
  CONFLICT: entry('failedPrecondition', 409, 'The object is in a state that does not allow this.'),
  // identity
  TOKEN_INVALID: entry('unauthenticated', 401, 'The join token is unknown, malformed or revoked.'),
  TOKEN_EXPIRED: entry('unauthenticated', 401, 'The join token is past its time.'),
  TOKEN_EXHAUSTED: entry('unauthenticated', 401, 'The join token was used as often as it may be.'),
  CA_MISMATCH: entry('unauthenticated', 401, "The controller's certificate does not lead to the CA that the join token names."),
  IDENTITY_REVOKED: entry('permissionDenied', 403, 'This certificate was revoked.'),
  ROLE_FORBIDDEN: entry('permissionDenied', 403, 'The role of this identity does not allow the call.'),
  PROTOCOL_MISMATCH: entry('failedPrecondition', 426, 'The two sides speak protocol versions too far apart.'),
  CREDENTIALS_MISSING: entry('unauthenticated', 401, 'No credentials to reach the controller were found.'),
  // controller
  CONTROLLER_UNREACHABLE: entry('unavailable', 503, 'The controller does not answer.'),
  DATA_DIR_LOCKED: entry('failedPrecondition', 409, 'Another process uses this data directory.'),
  DATA_DIR_UNWRITABLE: entry('failedPrecondition', 409, 'The data directory, or a file in it, cannot be read and written.'),
  STORE_FULL: entry('resourceExhausted', 507, 'The database could not be written: the disk is full. Nothing was changed.'),
  STORE_FAILED: entry('internal', 500, 'The database could not be read or written.'),
  STORE_CORRUPT: entry('failedPrecondition', 500, 'The database is damaged or gone. Nothing was changed; a backup has to be put back.'),
  STORE_TOO_NEW: entry('failedPrecondition', 409, 'The database was written by a newer version.'),
  HOST_UNREACHABLE: entry('unavailable', 503, 'The agent of this host is not connected.'),
  DEADLINE_EXCEEDED: entry('deadlineExceeded', 504, 'The other side did not answer in time.'),
  INTERNAL: entry('internal', 500, 'A defect in Hostler.'),
  // alerts
  NOTICE_FAILED: entry('unavailable', 502, 'A receiver of alerts could not be told.'),
  // launching a replica
  IMAGE_MISSING: entry('failedPrecondition', 409, 'The image is not on the host and cannot be pulled.'),
  MODEL_PATH_MISSING: entry('failedPrecondition', 409, 'The model path does not exist on the host.'),
  MEMLOCK_UNAVAILABLE: entry('failedPrecondition', 409, 'The host cannot grant an unlimited memlock limit.'),
  PORT_TAKEN: entry('failedPrecondition', 409, 'The port is in use on the host.'),
  GPU_BUSY: entry('failedPrecondition', 409, 'A process that is not ours holds the GPU.'),
  GPU_HELD: entry('failedPrecondition', 409, 'The former replica still holds the GPU.'),
  GPU_MISSING: entry('failedPrecondition', 409, 'The GPU is not on the host, or cannot be read.'),
  RUNTIME_UNAVAILABLE: entry('unavailable', 503, 'The container engine does not answer or refuses.'),
  MEMORY_EXCEEDED: entry('failedPrecondition', 409, 'More memory is asked for than the host has.'),
  LAUNCH_FAILED: entry('internal', 500, 'The engine process or container could not be started.'),
  EXITED: entry('unavailable', 503, 'The engine exited.'),
  OOM_KILLED: entry('resourceExhausted', 503, 'The kernel killed the engine: its memory limit was reached.'),
  CUDA_OOM: entry('resourceExhausted', 503, 'The engine ran out of GPU memory.'),
  LOAD_TIMEOUT: entry('deadlineExceeded', 504, 'The engine did not become healthy in time.'),
  HEALTH_FAILED: entry('unavailable', 503, 'The health path of a ready replica fails.'),
  WARM_PROBE_FAILED: entry('failedPrecondition', 503, 'The engine is up but cannot answer a real completion.'),
  DISK_FULL: entry('resourceExhausted', 507, 'The disk is full.'),
  COMMAND_MISSING: entry('failedPrecondition', 409, 'A program that is needed is not installed.'),
  // installing
  ROOT_REQUIRED: entry('permissionDenied', 403, 'Only root may do this.'),
  SYSTEMD_MISSING: entry('failedPrecondition', 409, 'This machine is not run by systemd.'),
  INSTALL_FAILED: entry('internal', 500, 'A step of the installation failed.'),
  // gateway
  MODEL_UNKNOWN: entry('notFound', 404, 'No deployment serves this model.'),
  MODEL_FORBIDDEN: entry('permissionDenied', 403, 'The API key is not allowed to use this model.'),
  KEY_MISSING: entry('unauthenticated', 401, 'The request carries no API key.'),
  KEY_INVALID: entry('unauthenticated', 401, 'The API key is unknown, revoked or expired.'),
  RATE_LIMITED: entry('resourceExhausted', 429, 'The rate limit of the API key or deployment is reached.'),
  QUEUE_FULL: entry('resourceExhausted', 429, 'Too many requests wait for this model.'),
  QUEUE_TIMEOUT: entry('resourceExhausted', 429, 'The request waited as long as it may.'),
  NO_REPLICA: entry('unavailable', 503, 'No replica of the model came up in the time a request is held.'),
  HEADERS_TOO_MANY: entry('invalidArgument', 431, 'The request has more headers than are taken.'),
  METHOD_UNKNOWN: entry('invalidArgument', 501, 'The HTTP method is none that engines are asked with.'),
  BODY_TOO_LARGE: entry('invalidArgument', 413, 'The request body is over the limit.'),
  BODY_INVALID: entry('invalidArgument', 400, 'The request body is not usable.'),
  UPSTREAM_FAILED: entry('unavailable', 502, 'The replica failed before it answered, and no other could take the request.'),
  UPSTREAM_TIMEOUT: entry('deadlineExceeded', 504, 'The replica did not answer in time.'),
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof catalogue
