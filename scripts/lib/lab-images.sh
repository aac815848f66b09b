# The root filesystems of the lab's container images, built once into .cache/images.

# build_lab_images PURPOSE: PURPOSE is "test" or "demo".
build_lab_images() {
  if ! is_root || ! has debootstrap; then
    lacking "not root, or no debootstrap; tests that need a container image will be skipped"
    return 0
  fi
  local name names=llama
  [ "$1" != test ] || names="llama systemd"
  for name in $names; do
    "$root/test/fixtures/images/build-image" "$name" >/dev/null || return 1
  done
}
