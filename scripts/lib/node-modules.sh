# node_modules, brought in step with package-lock.json.

install_node_modules() {
  has node || fail "Node.js 20 or newer with npm is needed to begin with; see README.md"
  if node "$root/scripts/lib/npm-in-step.mjs" "$root"; then
    return 0
  fi
  say "npm ci (node_modules is not in step with package-lock.json)"
  use_local_node_headers
  npm_ci || {
    # sqlite3 is compiled where its published build cannot be fetched, and that needs a compiler.
    install_compiler || fail "npm ci failed; the lines above say why"
    say "npm ci, once more with a compiler"
    npm_ci
  }
}

npm_ci() { (cd "$root" && npm ci --no-audit --no-fund --loglevel=error); }

# node-gyp fetches Node's headers from the network unless it is told that they are here already.
use_local_node_headers() {
  local prefix
  prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  if [ -e "$prefix/include/node/node_api.h" ] && [ "$(npm config get nodedir)" = undefined ]; then
    export npm_config_nodedir=$prefix
  fi
}

# Fails when there is nothing to add: then the compiler was not what npm ci lacked.
install_compiler() {
  local missing=
  has python3 || missing="$missing python3"
  has make || missing="$missing make"
  has g++ || missing="$missing g++"
  [ -n "$missing" ] && is_root && has apt-get || return 1
  say "installing Debian packages:$missing"
  # shellcheck disable=SC2086
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
}
