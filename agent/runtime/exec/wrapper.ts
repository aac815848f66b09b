/**
 * The shell around an engine. It outlives the agent, keeps the engine's output in a few segments of bounded size, and leaves the
 * exit code where any later agent finds it:
 *
 *   stat     /proc/PID/stat of the wrapper itself, from its start: the proof that a pid is still the same process
 *   engine   pid of the engine
 *   log.N    output; a segment ends after 4096 writes of at most 4096 bytes, and the three newest are kept
 *   code     exit code, the moment the engine exits; renamed to `exit` when the log is complete as well
 *
 * Only the engine is in the memory cgroup: what kills it there leaves the wrapper to write down how it ended.
 * When the disk is full, output is dropped rather than the engine stopped by a closed pipe.
 * Arguments: directory, cgroup.procs file or empty, `unlimited` or empty, command...
 */
export const wrapperScript = `
dir=$1 cgroup=$2 memlock=$3
shift 3
trap : TERM INT HUP
[ -z "$memlock" ] || ulimit -l unlimited 2>/dev/null
read -r stat </proc/$$/stat
printf '%s\\n' "$stat" >"$dir/stat.part" && mv "$dir/stat.part" "$dir/stat" || exit 125
{
  trap : TERM INT HUP
  /bin/sh -c 'echo $$ >"$0/engine.part" && mv "$0/engine.part" "$0/engine"
    [ -z "$1" ] || echo $$ >"$1"
    shift
    exec "$@"' "$dir" "$cgroup" "$@" </dev/null
  printf '%s\\n' $? >"$dir/code.part" && mv "$dir/code.part" "$dir/code"
} 2>&1 | {
  trap '' TERM INT HUP
  n=0
  while [ -d "$dir" ]; do
    if dd of="$dir/log.$n" bs=4096 count=4096 2>/dev/null; then
      [ -s "$dir/log.$n" ] || break
      n=$((n + 1))
      rm -f "$dir/log.$((n - 3))"
    else
      dd of=/dev/null bs=4096 count=256 2>/dev/null
    fi
  done
}
mv "$dir/code" "$dir/exit"
: >"$dir/../.wake"
`
