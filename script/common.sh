# shellcheck shell=bash
# What the scripts share; source it. Messages go to standard error, data to standard output.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The first value of a key in the JSON on standard input; nothing when there is no such key.
json_field() {
  awk -v key="\"$1\" *: *\"?" '!found && match($0, key "[^]\",}]*") {
    found = 1
    value = substr($0, RSTART, RLENGTH)
    sub("^" key, "", value)
    print value
  }'
}
