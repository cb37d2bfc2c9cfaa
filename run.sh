#!/usr/bin/env bash
# ./run.sh [--urls http://…]   builds Sineta if need be and runs it in this terminal; its data is in ./data
# ./run.sh demo                shows the way of the five events to a receiver, with everything of its own
set -euo pipefail
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  echo './run.sh [--urls http://…]   builds Sineta if need be and runs it in this terminal; its data is in ./data
./run.sh demo                shows the way of the five events to a receiver, with everything of its own
./run.sh --version           tells which version it is

Other settings go behind it as well, as --Sineta:DataDirectory=FOLDER; docs/runbook.md lists them.'
  exit
fi
[[ $0 == */* ]] && cd "${0%/*}"
. build/require.sh
require_tools

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=1
export ASPNETCORE_ENVIRONMENT=${ASPNETCORE_ENVIRONMENT:-Development}

# Builds a project and what it uses, unless nothing has changed since it was built: asking the SDK takes seconds.
build() {
  local built=$1/bin/Release/.built
  if [[ ! -e $built || -n $(find src samples build ./*.props ./*.targets global.json package-lock.json \
    \( -name bin -o -name obj \) -prune -o -newer "$built" -print | head -n 1) ]]; then
    echo "Building $1 (the first time takes a minute) …"
    dotnet msbuild "$1" -restore -property:Configuration=Release -verbosity:quiet -nologo
    touch "$built"
  fi
}

build src/Sineta.Server
if [[ ${1:-} == demo ]]; then
  build src/Sineta.Cli
  build samples/Sineta.Sample.Receiver
  exec dotnet src/Sineta.Cli/bin/Release/net10.0/sineta.dll demo \
    --server-program src/Sineta.Server/bin/Release/net10.0/Sineta.Server.dll \
    --receiver-program samples/Sineta.Sample.Receiver/bin/Release/net10.0/Sineta.Sample.Receiver.dll "${@:2}"
fi
exec dotnet src/Sineta.Server/bin/Release/net10.0/Sineta.Server.dll "$@"
