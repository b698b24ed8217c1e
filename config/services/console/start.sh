#!/bin/sh
# Starts the console behind a forwarder. Without a certificate the console listens on loopback alone, which in a container
# is the container's own; docker-compose.yml publishes the forwarder's port on the machine's loopback only.
# Usage: start.sh CONFIG   (its console.port: 8081)
set -eu
sh "$(dirname "$0")/forward.sh" 8080 8081 &
exec lanewatch console --config "$1"
