# The machine's container engine: the one that is there is used, else one is started and remembered, so that it can be
# stopped again. Each user of a started engine holds it by a file named after its process id ("manual" for a person).

engine_state=/run/hostler/engine
engine_cache=$root/.cache/engine

engine_answers() { node "$root/scripts/lib/engine-answers.mjs"; }

engine_is_ours() {
  [ -s "$engine_state/dockerd.pid" ] && kill -0 "$(cat "$engine_state/dockerd.pid")" 2>/dev/null
}

# hold_engine HOLDER: HOLDER is a process id or "manual".
hold_engine() { [ ! -d "$engine_state/holders" ] || : >"$engine_state/holders/$1"; }

# Waits for at most 30 seconds.
await_engine() {
  local tries=0
  until engine_answers >/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || return 1
    sleep 0.2
  done
}

start_engine() {
  local holder=$1
  if engine_answers >/dev/null; then
    hold_engine "$holder"
    return 0
  fi
  if ! is_root; then
    lacking "no container engine answers and only root may start one; tests that need one will be skipped"
    return 0
  fi
  if [ -d /run/systemd/system ]; then
    local unit=docker.service
    has dockerd || unit=podman.socket
    say "systemctl start $unit"
    systemctl start "$unit"
  elif has dockerd; then
    start_dockerd "$holder"
  elif has podman; then
    start_podman "$holder"
  else
    lacking "no container engine is installed; tests that need one will be skipped"
    return 0
  fi
  await_engine || fail "the container engine does not answer; see $engine_cache/engine.log or the system's log"
}

prepare_engine_state() {
  mkdir -p "$engine_state/holders" "$engine_cache"
  hold_engine "$1"
  if [ -e /sys/class/net/docker0 ]; then rm -f "$engine_state/made-docker0"; else : >"$engine_state/made-docker0"; fi
}

# Containers are reached by published ports (user-land proxy) or by address; no firewall rule and no sysctl of the host is
# touched, so nothing but the bridge has to be undone. Images stay under .cache for the next run.
start_dockerd() {
  prepare_engine_state "$1"
  say "starting dockerd (no engine answers and no systemd runs; scripts/teardown stops it)"
  rm -f "$engine_state/dockerd.pid"
  setsid dockerd --pidfile "$engine_state/dockerd.pid" --data-root "$engine_cache/data" --exec-root "$engine_state/exec" \
    -H unix:///var/run/docker.sock --iptables=false --ip6tables=false --ip-forward=false --userland-proxy=true \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent /hostler-engine </dev/null >"$engine_cache/engine.log" 2>&1 &
}

start_podman() {
  prepare_engine_state "$1"
  say "starting the Podman service (no engine answers and no systemd runs; scripts/teardown stops it)"
  mkdir -p /run/podman
  setsid podman system service --time=0 unix:///run/podman/podman.sock </dev/null >"$engine_cache/engine.log" 2>&1 &
  echo $! >"$engine_state/dockerd.pid"
}

# release_engine HOLDER: stops a started engine when nobody holds it any more. Holders that have died do not count.
release_engine() {
  [ -d "$engine_state" ] || return 0
  local holder
  rm -f "$engine_state/holders/$1"
  for holder in "$engine_state"/holders/*; do
    [ -e "$holder" ] || continue
    holder=${holder##*/}
    [ "$holder" = manual ] || kill -0 "$holder" 2>/dev/null || rm -f "$engine_state/holders/$holder"
  done
  if [ -n "$(ls -A "$engine_state/holders")" ]; then
    say "the engine stays up; held by: $(ls "$engine_state/holders" | tr '\n' ' ')"
    return 0
  fi
  stop_engine
}

stop_engine() {
  local pid tries=0
  if engine_is_ours; then
    pid=$(cat "$engine_state/dockerd.pid")
    say "stopping the container engine that was started for Hostler (pid $pid)"
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do
      tries=$((tries + 1))
      if [ "$tries" -gt 150 ]; then
        kill -9 "$pid" || true
        break
      fi
      sleep 0.1
    done
  fi
  [ ! -e "$engine_state/made-docker0" ] || ip link delete docker0 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d -path '*/hostler-engine*' -exec rmdir {} + 2>/dev/null || true
  # dockerd leaves the mounts of its network namespaces behind.
  awk -v below="$engine_state/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | xargs -r umount
  rm -rf "$engine_state"
  rmdir /run/hostler 2>/dev/null || true
}
