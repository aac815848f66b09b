# The root filesystems of the lab's container images, built once into .cache/images.

# build_lab_images PURPOSE: PURPOSE is "test" or "demo".
build_lab_images() {
  if ! is_root || ! has debootstrap; then
    lacking "not root, or no debootstrap; tests that need a container image will be skipped"
    return 0
  fi
  local second
  if [ "$1" = test ]; then
    "$root/test/fixtures/images/build-image" systemd >/dev/null &
    second=$!
  fi
  "$root/test/fixtures/images/build-image" llama >/dev/null || return 1
  [ -z "${second:-}" ] || wait "$second"
}
