#!/bin/bash
# Healthy is a broker that answers: it is asked which requests it understands (ApiVersions, version 0), which takes
# milliseconds where Kafka's own tools take a JVM each time. Usage: healthy.sh [port]
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${1:-9094}"
# Length 10; request 18, version 0; number 1; no client's name.
printf '\0\0\0\012\0\022\0\0\0\0\0\001\377\377' >&3
# Length, number 1, and error 0.
answer=$(timeout 4 head -c 10 <&3 | od -An -tx1 | tr -d ' \n')
[[ $answer =~ ^[0-9a-f]{8}000000010000$ ]]
