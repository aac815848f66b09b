/** network: another machine holds the files. memory: they take RAM and go with the boot. layered: a container's own layer. Pure. */
export type FilesystemKind = 'xfs' | 'local' | 'network' | 'memory' | 'layered'

const network = new Set([
  'nfs',
  'nfs4',
  'lustre',
  'ceph',
  'cifs',
  'smb3',
  'smbfs',
  '9p',
  'afs',
  'beegfs',
  'gpfs',
  'glusterfs',
  'ocfs2',
  'gfs2',
  'pvfs2',
])
/** fuse.NAME of programs that fetch files from somewhere else; a bare `fuse` says nothing of what is behind it. */
const networkFuse =
  /^fuse\.(juicefs|glusterfs|ceph|ceph-fuse|sshfs|s3fs|goofys|geesefs|gcsfuse|blobfuse2?|mountpoint-s3|rclone|cubefs|alluxio|curvefs|seaweedfs|weed|moosefs|mfs)/i
const memory = new Set(['tmpfs', 'ramfs', 'devtmpfs'])
const layered = new Set(['overlay', 'aufs', 'fuse.fuse-overlayfs'])

export const filesystemKind = (type: string): FilesystemKind => {
  if (type === 'xfs') return 'xfs'
  if (network.has(type) || networkFuse.test(type)) return 'network'
  if (memory.has(type)) return 'memory'
  return layered.has(type) ? 'layered' : 'local'
}
