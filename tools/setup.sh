#!/usr/bin/env bash
# Makes a clone ready to build: the wasm32 standard library, wasm-pack and wasm-bindgen in .tools, node_modules.
# With --chromium also what the end-to-end tests drive; with --browsers Firefox too, and the drivers of both.
# Every stage looks first and does nothing when all is there, so the script may run before each build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

TARGET=wasm32-unknown-unknown
WASM_PACK=0.15.1
GECKODRIVER=0.37.1

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }
on_debian_as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Runs a stage that takes a while: announces it with what it usually takes on two cores, then tells what it took.
stage() {
  local name=$1 expected=$2 from=$SECONDS
  shift 2
  say "$name (about $expected)"
  "$@"
  say "$name: done in $((SECONDS - from)) s"
}

apt_updated=
apt_install() {
  [ -n "$apt_updated" ] || apt-get update -qq
  apt_updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# --- Node and Rust: the two things that are asked of the reader ---

need_node() {
  command -v node >/dev/null || die "Node 20.19 or newer is needed: https://nodejs.org"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node 20.19 or newer is needed, this is $(node --version)"
}

need_rust() {
  command -v cargo >/dev/null && return
  on_debian_as_root || die "Rust 1.94 or newer is needed: https://rustup.rs"
  stage "Rust from Debian" "1 min" apt_install "${DEBIAN_RUST[@]}"
}

# --- wasm32: the standard library ---

# Debian's newest Rust is the one kept for building browsers. Its wasm32 library is not packaged, its source is.
DEBIAN_RUST=(rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy)

libraries_of() { "$1" --print target-libdir --target "$TARGET" 2>/dev/null; }
has_std() {
  local dir
  dir=$(libraries_of "$1") && compgen -G "$dir/libstd-*.rlib" >/dev/null
}
# Libraries built by hand are no use to another version of the compiler.
has_own_std() { has_std /usr/bin/rustc && [ "$(cat "$(libraries_of /usr/bin/rustc)/built-by" 2>/dev/null)" = "$(/usr/bin/rustc --version)" ]; }

debian_rust_missing() {
  local package
  for package in "${DEBIAN_RUST[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || return 0
  done
  return 1
}

llvm_major() { /usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p'; }

build_std() (
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  mkdir "$dir/src"
  : >"$dir/src/lib.rs"
  printf '[package]\nname = "seed"\nversion = "0.0.0"\nedition = "2024"\n[profile.release]\npanic = "unwind"\n' >"$dir/Cargo.toml"
  cd "$dir"
  # build-std is unstable, hence RUSTC_BOOTSTRAP. Without bitcode in the library, `lto = true` fails on it.
  env -u RUSTUP_TOOLCHAIN PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS="-C embed-bitcode=yes" CARGO_TARGET_DIR="$dir/target" \
    /usr/bin/cargo build -q --release --target "$TARGET" -Z build-std=std,panic_abort,panic_unwind,proc_macro,test
  lib=$(libraries_of /usr/bin/rustc)
  mkdir -p "$lib"
  rm -f "$lib"/*.rlib
  find "target/$TARGET/release/deps" -name '*.rlib' ! -name 'libseed*' -exec cp {} "$lib/" \;
  has_std /usr/bin/rustc || die "building the standard library left nothing in $lib"
  /usr/bin/rustc --version >"$lib/built-by"
)

need_wasm() {
  if [ "$(command -v rustc)" != /usr/bin/rustc ] && has_std rustc; then return; fi
  if on_debian_as_root && { ! debian_rust_missing || stage "Rust for wasm32 from Debian" "1 min" apt_install "${DEBIAN_RUST[@]}"; }; then
    # The linker that Debian's Rust is linked to, of the same LLVM, is only suggested by its packages.
    [ -e /usr/bin/rust-lld ] || stage "the linker for wasm32 from Debian" "20 s" apt_install "lld-$(llvm_major)"
    has_own_std || stage "the standard library for wasm32" "1 min" build_std
  elif ! has_std rustc; then
    command -v rustup >/dev/null || die "install Rust with rustup (https://rustup.rs), or the target $TARGET for your Rust"
    stage "the standard library for wasm32" "10 s" rustup target add "$TARGET"
  fi
}

# The wasm that is shipped comes with a standard library of its own, built for size: see tools/lib/toolchain.mjs.
# Debian's packages above hold the source.
need_std_source() {
  local rustc=/usr/bin/rustc
  if has_std rustc; then rustc=rustc; fi
  [ ! -e "$("$rustc" --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ] || return 0
  command -v rustup >/dev/null || die "install the source of the standard library (rust-src) of your Rust"
  stage "the source of the standard library" "10 s" rustup component add rust-src
}

# --- Tools that Cargo builds, in .tools ---

version_of_tool() { ".tools/bin/$1" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1; }
version_in_lock() { awk -v crate="$1" '$0 == "name = \"" crate "\"" { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock; }

# Unoptimised, they are built in half the time, and run for a second or two; one target folder lets them
# share dependencies.
cargo_install() {
  local crate=$1 version=$2
  CARGO_TARGET_DIR=.tools/target CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
    cargo install -q --root .tools --force "$crate" --version "=$version" "${@:3}"
}
# need_tool BINARY CRATE VERSION EXPECTED [OPTION OF cargo install]…
# The lock file that a crate was published with may name versions that a lagging mirror lacks.
need_tool() {
  local binary=$1 crate=$2 version=$3 expected=$4
  shift 4
  [ "$(version_of_tool "$binary")" != "$version" ] || return 0
  stage "$crate $version" "$expected" cargo_install_locked_or_not "$crate" "$version" "$@"
}
cargo_install_locked_or_not() { cargo_install "$@" --locked 2>/dev/null || cargo_install "$@"; }

need_tools() {
  # The glue and the wasm must be of one version of wasm-bindgen, or wasm-bindgen refuses.
  [ -f Cargo.lock ] || die "Cargo.lock is missing: is this a whole clone?"
  need_tool wasm-pack wasm-pack "$WASM_PACK" "1 min"
  # Its default feature is TLS, for browsers driven from afar.
  need_tool wasm-bindgen wasm-bindgen-cli "$(version_in_lock wasm-bindgen)" "1 min" --no-default-features
  if [ "$browsers" = all ]; then need_tool geckodriver geckodriver "$GECKODRIVER" "1 min"; fi
  rm -rf .tools/target
}

# --- npm ---

need_npm() {
  # npm writes this file last, so that it is newer than the lock file exactly when the install was complete.
  [ ! node_modules/.package-lock.json -nt package-lock.json ] || return 0
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 stage "npm ci" "30 s" npm ci --no-audit --no-fund --loglevel=error
}

# --- Browsers ---

chromium_there() { command -v chromium >/dev/null || command -v google-chrome >/dev/null || [ -n "${CHROMIUM:-}" ]; }
firefox_there() { command -v firefox-esr >/dev/null || command -v firefox >/dev/null || [ -n "${FIREFOX:-}" ]; }

need_browsers() {
  local missing=()
  chromium_there || missing+=(chromium)
  if [ "$browsers" = all ]; then
    command -v chromedriver >/dev/null || missing+=(chromium-driver)
    firefox_there || missing+=(firefox-esr)
  fi
  ((${#missing[@]})) || return 0
  on_debian_as_root || die "the browser tests need ${missing[*]} (Debian's names): install them, then run this again"
  stage "browsers from Debian: ${missing[*]}" "1 min" apt_install "${missing[@]}"
}

# --- Python: the tests let one of other people's clients send to the registry ---

need_python() {
  # Debian packages what makes a venv by itself.
  ! python3 -c 'import ensurepip, venv' 2>/dev/null || return 0
  on_debian_as_root || die "the interop tests need Python 3 with its venv (Debian: python3-venv): install it, then run this again"
  stage "Python from Debian" "20 s" apt_install python3-venv
}

browsers=
case "${1:-}" in
  "") ;;
  --chromium) browsers=chromium ;;
  --browsers) browsers=all ;;
  *) die "usage: tools/setup.sh [--chromium | --browsers]" ;;
esac

need_node
need_rust
need_wasm
need_std_source
need_tools
need_npm
[ -z "$browsers" ] || need_browsers
[ -z "$browsers" ] || need_python
