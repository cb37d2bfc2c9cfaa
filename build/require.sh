# Sourced by the scripts at the root: what Sineta is built with, or one sentence that tells what is missing.

refuse() {
  echo "$1" >&2
  exit 1
}

require_tools() {
  local sdk='Sineta needs the .NET 10 SDK: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again.'
  local node='Sineta needs Node.js 20 or newer, with npm: install it from https://nodejs.org and run this again.'
  command -v dotnet >/dev/null || refuse "$sdk"
  local sdks
  sdks=$'\n'$(dotnet --list-sdks)
  [[ $sdks == *$'\n'10.0.* ]] || refuse "$sdk"
  command -v node >/dev/null && command -v npm >/dev/null || refuse "$node"
  local version
  version=$(node --version)
  version=${version#v}
  [[ ${version%%.*} -ge 20 ]] || refuse "$node"
}
