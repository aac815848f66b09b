// Prints the socket and version of the first container engine that answers; exits 1 when none does.
// Plain JavaScript for the Node.js that is already there, like npm-in-step.mjs.
import { request } from 'node:http'

const candidates = [
  process.env.DOCKER_HOST?.startsWith('unix://') ? process.env.DOCKER_HOST.slice(7) : undefined,
  '/var/run/docker.sock',
  '/run/podman/podman.sock',
  process.env.XDG_RUNTIME_DIR && `${process.env.XDG_RUNTIME_DIR}/podman/podman.sock`,
].filter(Boolean)

function version(socketPath) {
  return new Promise((resolve) => {
    const req = request({ socketPath, path: '/version', timeout: 3000 }, (res) => {
      let body = ''
      res.on('data', (chunk) => {
        body += chunk
      })
      res.on('end', () => {
        try {
          resolve(res.statusCode === 200 ? JSON.parse(body).Version : undefined)
        } catch {
          resolve(undefined)
        }
      })
    })
    req.on('timeout', () => req.destroy())
    req.on('error', () => resolve(undefined))
    req.end()
  })
}

let found = false
for (const socketPath of candidates) {
  const answer = await version(socketPath)
  if (answer) {
    console.log(`${socketPath} ${answer}`)
    found = true
    break
  }
}
process.exit(found ? 0 : 1)
