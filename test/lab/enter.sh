#!/bin/sh
# Runs a command on a host of the lab: its network, its host name, its machine id, its view of /sys.
#
#   enter.sh NETNS-FILE HOST-DIRECTORY HOST-NAME COMMAND [ARGUMENT...]
#
# `ip netns exec` is not used because it hides the cgroup mounts, which a container engine needs. The mount namespace also
# takes the mounts of an engine with it when the engine dies. exec throughout: the command has the process id of this script.
netns=$1
shift
exec nsenter --net="$netns" unshare --mount --uts --propagation slave sh -c '
directory=$1
hostname "$2"
shift 2
# /sys/class/net shows the interfaces of the namespace that /sys was mounted in.
if mount --rbind /sys/fs/cgroup "$directory/cgroup" 2>/dev/null && mount -t sysfs sysfs /sys 2>/dev/null; then
  mount --rbind "$directory/cgroup" /sys/fs/cgroup
fi
[ ! -e /etc/machine-id ] || mount --bind "$directory/machine-id" /etc/machine-id
# An engine would use a containerd of this machine if it saw one, and start containers outside the host. What is there instead outlives an
# engine: the sockets by which the next one finds the containers that it left.
[ ! -d /run/containerd ] || { mkdir -p "$directory/containerd" && mount --bind "$directory/containerd" /run/containerd; }
exec "$@"
' enter "$@"
