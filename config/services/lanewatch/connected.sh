#!/bin/sh
# Healthy is a role with an established TCP connection to each given remote port (edge, core and sink to their broker).
# Usage: connected.sh PORT...   reads this machine's (in a container: this container's) own table, asks nobody
set -eu
for port in "$@"; do
  grep -Eqs "^ *[0-9]+: [0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:$(printf '%04X' "$port") 01 " /proc/net/tcp /proc/net/tcp6 || {
    echo "no connection to port $port" >&2
    exit 1
  }
done
