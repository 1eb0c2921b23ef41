# shellcheck shell=bash
# The shared functions of checks; source it. A check runs in an empty folder, with the program in the variable ZOO.
set -uo pipefail
case_folder=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
: "${ZOO:?the path of the program}"
export PYTHONPATH=$case_folder ZOO_STORE=$PWD/zoo.sqlite
faults=0 code=0

# Records a fault; the check continues with its other variants.
wrong() {
  printf 'wrong: %s\n' "$*"
  faults=$((faults + 1))
}

# Ends a check; its last line.
finish() { exit $((faults > 0)); }

# Runs the program. Its exit code is then in `code`, its outputs in the files out and err.
attempt() {
  code=0
  timeout --kill-after=5 "${limit:-60}" "$ZOO" "$@" >out 2>err </dev/null || code=$?
}

# Prints the messages of the last attempt in one line, without progress.
messages() { cat out err | tr '\r' '\n' | grep -av 'steps/s' | tr '\n' ' ' | cut -c 1-500; }

# `expect CODE WHAT`: checks the exit code of the last attempt.
expect() { (($1 == code)) || wrong "$2: expected exit code $1, found $code: $(messages)"; }

# `says PATTERN WHAT`: checks that the last attempt's messages match.
says() {
  cat out err | tr '\n' ' ' | grep -aqiE -- "$1" || wrong "$2: expected a message like /$1/, found: $(messages)"
}

# `hides PATTERN WHAT`: checks that they don't match.
hides() {
  ! cat out err | tr '\n' ' ' | grep -aqE -- "$1" || wrong "$2: expected no message like /$1/, found: $(messages)"
}

# `equal EXPECTED FOUND WHAT`
equal() { [[ $1 == "$2" ]] || wrong "$3: expected $1, found $2"; }

# `differ ONE OTHER WHAT`
differ() { [[ $1 != "$2" ]] || wrong "$3: expected a difference, found $1 twice"; }

# Prints the first value of a key in the JSON on standard input.
json() { sed -n "s/.*\"$1\" : \"\{0,1\}\([^\",]*\).*/\1/p" | head -n 1; }

# Prints the state digest of RUN, RUN@STEP or RUN@latest.
digest() {
  local reference=$1
  [[ $reference == *@* ]] || reference+=@latest
  "$ZOO" show "$reference" --json | json stateDigest
}

status() { "$ZOO" list runs --filter "name=$1" --json | json status; }
step() { "$ZOO" list runs --filter "name=$1" --json | json step; }

# Prints the steps of a run's checkpoints, in order.
checkpoints() {
  "$ZOO" list checkpoints "$1" --json | sed -n 's/.*"step" : \([0-9]*\).*/\1/p' | sort -n | tr '\n' ' ' | sed 's/ $//'
}

# Prints the number of runs in the store; 0 if there is no store.
runs() { "$ZOO" list runs --json 2>/dev/null | grep -c '"seed"'; }

# Starts a training in the background as a shell at a terminal does, with the default disposition of SIGINT. Its process
# id is in `pid`, its output in the file log.
start() {
  : >log
  env --default-signal=INT,HUP,PIPE "$ZOO" "$@" >log 2>&1 </dev/null &
  pid=$!
}

# `ended SECONDS`: waits for its end. The exit code is in `code`; 124 if it continued and was killed.
ended() {
  local left=$(($1 * 20))
# The shell's own messages about signals are not output of the check.
  {
    while kill -0 "$pid" && ((left > 0)); do
      sleep 0.05
      left=$((left - 1))
    done
    code=0
    ((left > 0)) || kill -KILL "$pid"
    wait "$pid" || code=$?
    ((left > 0)) || code=124
  } 2>/dev/null
}

# Waits until the training of `start` has done a step.
until_trained() {
  local left=200
  while ((left > 0)) && ! grep -aq 'steps/s' log; do
    sleep 0.05
    left=$((left - 1))
  done
  ((left > 0)) || wrong "expected a training step within 10 s, found none: $(cut -c 1-200 log)"
}

# `recipe FILE KEY=VALUE...`: writes the case's recipe of that name with @KEY@ replaced by values.
recipe() {
  local text pair
  text=$(<"$case_folder/$1")
  for pair in "${@:2}"; do text=${text//@${pair%%=*}@/${pair#*=}}; done
  printf '%s\n' "$text" >"$1"
}
