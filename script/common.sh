# shellcheck shell=bash
# The functions that scripts share; source it. Messages go to standard error, data to standard output.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script=$(realpath "$0")
cd "$root"

# The flags of every build. SwiftPM compiles everything again when they change, and it would pass colour flags on a
# terminal.
# shellcheck disable=SC2034
release=(-c release --no-color-diagnostics)

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf '%s: error: %s\n' "${script##*/}" "$*" >&2
  exit 1
}

# Prints the comment at the start of the script.
header() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$script"; }

# Ends a script that was called wrongly; `script/NAME ...` in its header has the usage.
misuse() {
  printf '%s: error: %s (usage: %s)\n' "${script##*/}" "$*" \
    "$(header | sed -n 's/^ *\(script\/[^ ]*.*\)$/\1/p' | sed 's/   .*//; q')" >&2
  exit 64
}

# Checks that an option has a value: `value "$@"`, where $1 is the option.
value() { [[ -n ${2-} ]] || misuse "$1: expected a value, found none"; }

# Checks that an option has a whole number from 1 as its value.
number() {
  value "$@"
  [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || misuse "$1 $2: expected a whole number from 1"
}

no_arguments() { (($# == 0)) || misuse "unknown argument $1"; }

# Prints the folder that --data names, as an absolute path. It must contain Fashion-MNIST.
data_folder() {
  local prefix kind file
  [[ -d $1 ]] || fail "--data $1: expected a folder, found none of that name"
  for prefix in train t10k; do
    for kind in images-idx3 labels-idx1; do
      file=$1/$prefix-$kind-ubyte
      [[ -s $file || -s $file.gz ]] ||
        fail "--data $1: expected ${file##*/} or ${file##*/}.gz of Fashion-MNIST there, found neither;" \
          "name the folder with the four files (https://github.com/zalandoresearch/fashion-mnist)"
    done
  done
  realpath "$1"
}

# Checks that the arguments are options from the list in $1, each with a value.
options() {
  local known=$1
  shift
  while (($#)); do
    [[ " $known " == *" $1 "* ]] || misuse "unknown argument $1"
    value "$@"
    shift 2
  done
}

# The path of the program after a build.
program() { echo "$(swift build "${release[@]}" --show-bin-path)/zoo"; }

# A duration for readers: 95 becomes `1 min 35 s`.
duration() { if (($1 < 60)); then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi; }

# `count 1 minute` is `1 minute`, `count 2 minute` is `2 minutes`.
count() { if (($1 == 1)); then echo "$1 $2"; else echo "$1 $2s"; fi; }

# The first value of a key in the JSON on standard input; nothing when there is no such key.
json_field() {
  awk -v key="\"$1\" *: *\"?" '!found && match($0, key "[^]\",}]*") {
    found = 1
    value = substr($0, RSTART, RLENGTH)
    sub("^" key, "", value)
    print value
  }'
}

for argument; do
  case $argument in
    --) break ;;
    -h | --help) header; exit ;;
  esac
done
unset argument
