#!/bin/sh
# Healthy is a program that listens on each given TCP port. Nobody connects: a simulated portal speaks to one listener.
# Usage: listening.sh PORT...
set -eu
for port in "$@"; do
  grep -Eqs "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$port") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6 || {
    echo "nobody listens on port $port" >&2
    exit 1
  }
done
