# Sourced by ./play and ./check: a virtual environment with what the program needs, made once, and made again
# when an installation was cut short, and the system libraries that Qt lacks. After `prepare core` or
# `prepare dev`, $python runs in it.
#
# PLAYGROUND_VENV   where the environment lies; by default .venv beside ./play
# PYTHON            the Python to make it with; by default python3, or the first python3.x that is new enough
# TORCH_INDEX_URL   the package index that PyTorch comes from

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=${PLAYGROUND_VENV:-$root/.venv}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac
python=$venv/bin/python
torch_cpu_index=https://download.pytorch.org/whl/cpu
qt_packages="libegl1 libgl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3 libxcb-cursor0 \
libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libwayland-cursor0 libwayland-egl1 \
fonts-dejavu-core"

say() { printf '%s\n' "$@" >&2; }
fail() { say "$@"; exit 1; }

# Ends the script if the packages cannot be installed.
prepare() { # core | dev
    local wanted
    wanted="$1 $(cat "$root/pyproject.toml" "$root/constraints.txt" "${BASH_SOURCE[0]}" | cksum) $venv"
    if ! is_ready "$wanted"; then
        lock
        # Another start may have done it while this one waited.
        is_ready "$wanted" || install_packages "$1" "$wanted" || exit 1
        unlock
    fi
}

is_ready() {
    [ ! -e "$venv/.installing" ] && grep -qsxF "$1" "$venv/.installed" && "$python" -c '' 2>/dev/null
}

lock() {
    command -v flock >/dev/null || return 0
    exec 9<"$root"
    flock -n 9 || { say "Waiting for another installation to end."; flock 9; }
}

# The program must not keep the lock while it runs.
unlock() { exec 9<&-; }

# --- the virtual environment and what is in it -------------------------------------------------------------

install_packages() ( # core | dev, line for the stamp; in a shell of its own, whose settings end with it
    unset PIP_USER PIP_TARGET PIP_PREFIX PYTHONHOME PYTHONPATH
    # Without this an interrupted pip would count as one that failed and cleaned up.
    trap 'exit 130' INT TERM HUP
    make_environment
    : >"$venv/.installing"
    if ! { install_torch && install_requirements "$1"; }; then
        rm -f "$venv/.installing"
        fail "Not everything could be installed. The next start tries again."
    fi
    # The development tools come on top of what the program needs.
    printf '%s\n' "$2" "core ${2#* }" >"$venv/.installed"
    rm -f "$venv/.installing"
)

make_environment() {
    local base clear=
    if is_ours && [ -e "$venv/.installing" ]; then
        # Half a package cannot be told from a whole one.
        clear=--clear
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
            fail "The environment in $venv has a Python older than 3.11. Remove it and start again."
        return
    elif is_ours; then
        clear=--clear
    elif [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ] && [ -n "$(ls -A "$venv")" ]; then
        fail "$venv is no virtual environment. Name a new folder in PLAYGROUND_VENV."
    fi
    base=$(find_python) || { apt_install python3 python3-venv && base=$(find_python); } ||
        fail "Python 3.11 or newer is needed. Install it, or name it in PYTHON."
    provide_venv_module "$base"
    say "Making a virtual environment in $venv."
    "$base" -m venv $clear "$venv" || fail "The virtual environment could not be made."
    : >"$venv/.made-by-playground"
}

# Only what is ours is ever emptied: a folder that someone named may hold other things.
is_ours() { [ "$venv" = "$root/.venv" ] || [ -e "$venv/.made-by-playground" ]; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

provide_venv_module() { # python
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    local package
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    [ "$(readlink -f "$1")" = "$(readlink -f /usr/bin/python3)" ] && package=python3-venv
    apt_install "$package" && "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    fail "Python's venv module is missing. Run this line, then start again:" \
        "  sudo apt-get install -y $package"
}

pip_install() {
    local quiet=--quiet
    [ -t 2 ] && quiet=
    "$python" -m pip install $quiet --no-input --disable-pip-version-check --no-warn-script-location \
        -c "$root/constraints.txt" "$@" </dev/null >&2
}

# First and alone: as a requirement of something else it would bring gigabytes of packages for NVIDIA cards.
install_torch() {
    local pinned index=${TORCH_INDEX_URL:-}
    pinned=$(grep '^torch==' "$root/constraints.txt")
    "$python" - "${pinned#torch==}" 2>/dev/null <<'PYTHON' && return
import importlib.metadata
import sys

sys.exit(importlib.metadata.version("torch").split("+")[0] != sys.argv[1])
PYTHON
    if [ -z "$index" ] && [ "$(uname)" = Linux ] && ! has_nvidia_card && answers "$torch_cpu_index/torch/"; then
        index=$torch_cpu_index
    fi
    say "Installing PyTorch${index:+ from $index}. This takes a few minutes."
    pip_install --no-deps ${index:+--index-url "$index"} "$pinned"
}

has_nvidia_card() {
    [ -e /proc/driver/nvidia/version ] || nvidia-smi -L 2>/dev/null | grep -q GPU
}

answers() { # address; asked with the certificates and proxies that pip is set to use
    local certificates
    certificates=${PIP_CERT:-$("$python" -m pip config get global.cert 2>/dev/null)}
    timeout 10 "$python" - "$1" "$certificates" 2>/dev/null <<'PYTHON'
import sys

from pip._vendor import requests

with requests.get(sys.argv[1], timeout=4, stream=True, verify=sys.argv[2] or True) as answer:
    sys.exit(answer.status_code != 200)
PYTHON
}

install_requirements() { # core | dev
    say "Installing the other packages. This takes a few minutes."
    "$python" - "$root/pyproject.toml" "$1" >"$venv/.required.txt" <<'PYTHON' || return
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    project = tomllib.load(file)["project"]
extra = [] if sys.argv[2] == "core" else project["optional-dependencies"][sys.argv[2]]
print(*project["dependencies"], *extra, sep="\n")
PYTHON
    pip_install -r "$venv/.required.txt"
}

# --- what Qt needs of the system ---------------------------------------------------------------------------

# Returns 1 if something is still missing, which stops only what opens a window.
provide_qt_libraries() {
    [ -e "$venv/.qt-libraries-found" ] && return
    local missing
    missing=$(missing_qt_library)
    if [ -n "$missing" ]; then
        apt_install $qt_packages
        missing=$(missing_qt_library)
        [ -z "$missing" ] || return 1
    fi
    : >"$venv/.qt-libraries-found"
}

say_what_qt_lacks() {
    say "Qt lacks $(missing_qt_library), so no window can open."
    if command -v apt-get >/dev/null; then
        say "Run this line, then start again:" "  sudo apt-get install -y $qt_packages"
    else
        say "Install it with this system's package manager. On Debian the packages are called:" \
            "  $qt_packages"
    fi
}

# Loads what a window loads, and prints the name of the first library that is not there.
missing_qt_library() {
    [ "$(uname)" = Linux ] || return 0
    "$python" - <<'PYTHON'
import ctypes
import importlib.util
import pathlib

qt = pathlib.Path(importlib.util.find_spec("PySide6").origin).parent / "Qt"
wanted = [f"lib/libQt6{name}.so.6" for name in ("Widgets", "OpenGLWidgets", "SvgWidgets")]
wanted += [f"plugins/platforms/libq{name}.so" for name in ("offscreen", "xcb", "wayland")]
wanted += ["plugins/xcbglintegrations/libqxcb-glx-integration.so"]
wanted += ["plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so"]
for name in wanted:
    try:
        if (qt / name).exists():
            ctypes.CDLL(str(qt / name))
    except OSError as error:
        print(str(error).split(":")[0])
        break
PYTHON
}

apt_install() { # packages
    local rights=
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        rights="sudo -n"
    fi
    say "Installing from the system's packages: $*"
    # Without a list of packages nothing is found; without a network an old list may do.
    $rights apt-get -qq -o DPkg::Lock::Timeout=120 update </dev/null >/dev/null 2>&1
    $rights env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
        install --no-install-recommends "$@" </dev/null >/dev/null
}
