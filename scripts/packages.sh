# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=bash
# Sourced by ./quickstart and ./check: what they need of a Debian or Ubuntu machine, and getting it.

# WHAT:NAME=PACKAGE. What is there counts, wherever it came from; the package is for what is missing.
build_needs=(
	command:gcc=gcc
	command:meson=meson
	command:ninja=ninja-build
	command:pkg-config=pkg-config
	header:stdio.h=libc6-dev
	header:Zydis/Zydis.h=libzydis-dev
	library:hwloc=libhwloc-dev
	library:jansson=libjansson-dev
	library:libbpf=libbpf-dev
	library:liburcu-bp=liburcu-dev
	library:libzstd=libzstd-dev
	library:nettle=nettle-dev
)
# shellcheck disable=SC2034 # used by ./check
check_needs=(
	"${build_needs[@]}"
	command:clang=clang
	'command:g++=g++'
	command:chromium=chromium
	command:make=make
	command:mandoc=mandoc
	command:pdftotext=poppler-utils
	command:python3=python3
	command:scdoc=scdoc
	command:shellcheck=shellcheck
	library:cmocka=libcmocka-dev
	library:libpmem=libpmem-dev
	module:jsonschema=python3-jsonschema
	module:scipy=python3-scipy
	# What hwloc asks for when it is linked statically; its own package doesn't depend on it.
	library:libudev=libudev-dev
)

# Whether WHAT:NAME is there.
have() {
	case $1 in
	command:*) command -v "${1#*:}" ;;
	header:*) echo "#include <${1#*:}>" | gcc -fsyntax-only -x c - ;;
	library:*) pkg-config --exists "${1#*:}" ;;
	# Debian's packages of modules are for its own python3, which may not come first in the path.
	module:*) { /usr/bin/python3 -c "import ${1#*:}" || python3 -c "import ${1#*:}"; } ;;
	esac >/dev/null 2>&1
}

# The packages of those needs that are not there.
missing_packages() {
	local need
	for need; do
		have "${need%=*}" || echo "${need#*=}"
	done
}

apt_get() {
	local as_root=()
	((EUID == 0)) || as_root=(sudo)
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o DPkg::Lock::Timeout=120 "$@" >&2
}

# See to it that all needs are met; exit with status 3, naming the packages, if that can't be.
ensure() {
	local packages
	mapfile -t packages < <(missing_packages "$@")
	((${#packages[@]})) || return 0

	if command -v apt-get >/dev/null && { ((EUID == 0)) || command -v sudo >/dev/null; }; then
		echo "Installing ${packages[*]}" >&2
		# The lists of a fresh machine are old or empty; only then they are fetched.
		apt_get install -y --no-install-recommends "${packages[@]}" 2>/dev/null ||
			{ apt_get update && apt_get install -y --no-install-recommends "${packages[@]}"; } ||
			true
		mapfile -t packages < <(missing_packages "$@")
		((${#packages[@]})) || return 0
	fi
	echo "${0##*/}: these packages are missing and can't be installed from here: ${packages[*]}." \
		"Run \"apt-get install ${packages[*]}\" as root, then this again." >&2
	exit 3
}
