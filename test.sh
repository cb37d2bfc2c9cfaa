#!/usr/bin/env bash
# ./test.sh      runs every test on the embedded PostgreSQL 18, and the storage tests on PostgreSQL 15 too
# ./test.sh 18   leaves PostgreSQL 15 out
set -euo pipefail
[[ $0 == */* ]] && cd "${0%/*}"
. build/require.sh
require_tools

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# What cannot be installed here is asked for in plain words.
apt_install() {
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$1"; } >/dev/null 2>&1 || true
  fi
}

require_postgres_15() {
  [[ -x /usr/lib/postgresql/15/bin/postgres ]] || apt_install postgresql-15
  [[ -x /usr/lib/postgresql/15/bin/postgres ]] || refuse \
    'The storage tests also run on PostgreSQL 15: install it (apt-get install postgresql-15) and run this again, or leave it out with ./test.sh 18.'
}

require_chromium() {
  [[ -x /usr/bin/chromium || -x /usr/bin/chromium-browser || -x /usr/bin/google-chrome ]] || apt_install chromium
  [[ -x /usr/bin/chromium || -x /usr/bin/chromium-browser || -x /usr/bin/google-chrome ]] || refuse \
    'The pages are tested in a real browser: install Chromium (apt-get install chromium) and run this again.'
}

require_pdftotext() {
  command -v pdftotext >/dev/null || apt_install poppler-utils
  command -v pdftotext >/dev/null || refuse 'Certificates are read back with pdftotext: install it (apt-get install poppler-utils) and run this again.'
}

require_php() {
  command -v php >/dev/null || apt_install php-cli
  command -v php >/dev/null || refuse 'The receiver in PHP is run as it is shown: install it (apt-get install php-cli) and run this again.'
}

passed=0
failed=0
faults_log=$(mktemp)
trap 'rm -f "$faults_log"' EXIT

# Runs one test project on one PostgreSQL, and adds what it counted; one that ends without counting has failed. What failed beside hundreds
# of others gets one more try with the machine to itself: passing that, it counts as passed, and is named at the end all the same.
run_tests() {
  local name=$1 postgres=$2 log code=0
  log=$(mktemp)
  echo "== $name on PostgreSQL $postgres"
  run_once "$log" || code=$?
  local succeeded faults again=()
  succeeded=$(counted succeeded "$log")
  faults=$(counted failed "$log")
  awk -v run="$name on PostgreSQL $postgres" '/^failed / { left = 15; print run ": " $0; next } left-- > 0' "$log" >>"$faults_log"
  if [[ $code != 0 && $faults == 0 ]]; then
    faults=1
  elif [[ $faults -gt 0 && $faults -le 5 ]]; then
    mapfile -t again < <(awk '/^failed / { sub(/\(.*/, "", $2); print "--filter-method\n" $2 }' "$log")
    echo "== $name on PostgreSQL $postgres: what failed, once more"
    if run_once "$log" "${again[@]}" && [[ $(counted succeeded "$log") -ge $faults ]]; then
      echo "$name on PostgreSQL $postgres: passed at the second try" >>"$faults_log"
      succeeded=$((succeeded + faults))
      faults=0
    fi
  fi
  rm -f "$log"
  passed=$((passed + succeeded))
  failed=$((failed + faults))
}

# For run_tests alone, whose names it reads.
run_once() {
  local log=$1
  shift
  SINETA_TEST_POSTGRES=$postgres "test/$name/bin/Release/net10.0/$name" --no-progress "$@" 2>&1 | tee "$log"
}

counted() {
  awk -v word="$1:" '$1 == word { n = $2 } END { print n + 0 }' "$2"
}

[[ ${1:-} == 18 ]] || require_postgres_15
require_chromium
require_pdftotext
require_php
dotnet msbuild Sineta.slnx -restore -property:Configuration=Release -verbosity:quiet -nologo
for project in test/*.Tests; do
  run_tests "${project#test/}" 18
done
[[ ${1:-} == 18 ]] || run_tests Sineta.Delivery.Tests 15

cat "$faults_log" # once more, where it is looked for: at the end
echo "$passed passed, $failed failed"
[[ $failed == 0 && $passed != 0 ]]
