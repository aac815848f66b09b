# Debian packages, installed only where the command they bring is missing.

# Prints the packages that are missing, one a line.
missing_packages() {
  local command package
  while read -r command package; do
    has "$command" || echo "$package"
  done <<'TABLE'
debootstrap debootstrap
arping iputils-arping
busybox busybox
iperf3 iperf3
ping iputils-ping
ip iproute2
ps procps
curl curl
prometheus prometheus
nginx nginx
slowhttptest slowhttptest
prometheus-alertmanager prometheus-alertmanager
nsenter util-linux
ethtool ethtool
mkfs.xfs xfsprogs
mkfs.ext4 e2fsprogs
fuse2fs fuse2fs
TABLE
  # Lab hosts run an engine of their own, so the daemon's program is needed even where a remote engine answers.
  has dockerd || has podman || echo docker.io
  # Node 26 links to it.
  [[ $(ldconfig -p) == *libatomic.so.1* ]] || echo libatomic1
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
}

install_packages() {
  local missing
  PATH=$PATH:/usr/sbin:/sbin
  missing=$(missing_packages | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  if ! has apt-get; then
    lacking "not a Debian system; tests that need these packages will be skipped: $missing"
    return 0
  fi
  if ! is_root; then
    lacking "not root; tests that need these packages will be skipped: $missing"
    return 0
  fi
  say "installing Debian packages: $missing"
  apt-get update -qq
  # Without systemd the packages' init scripts must not start a daemon that nobody would stop again.
  [ -d /run/systemd/system ] || export RUNLEVEL=1
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
  unset RUNLEVEL
}

# For scripts/prove: what install_packages brings that little else needs.
remove_packages() {
  say "removing Debian packages that set-up has to bring again: docker.io debootstrap iperf3 xfsprogs"
  DEBIAN_FRONTEND=noninteractive apt-get purge -qq -y docker.io debootstrap iperf3 xfsprogs >/dev/null
}
