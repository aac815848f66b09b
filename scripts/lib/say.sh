# Output of the set-up scripts: one short line for each thing done.

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# A need that this machine cannot meet. In CI nothing may be skipped, so there it is an error.
lacking() {
  if [ "${CI:-}" = true ]; then
    fail "$* (CI=true: nothing may be skipped)"
  fi
  say "$*"
}

is_root() { [ "$(id -u)" = 0 ]; }

has() { command -v "$1" >/dev/null 2>&1; }
