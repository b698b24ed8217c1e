#!/bin/sh
# Healthy is a broker that lets its user in and delivers: its own uptime, retained. Usage: healthy.sh [host] [port]
set -eu
exec mosquitto_sub -h "${1:-127.0.0.1}" -p "${2:-1883}" -u lanewatch \
  -P "$(cat "${MQTT_PASSWORD_FILE:-/run/secrets/mqtt-password}")" \
  -t '$SYS/broker/uptime' -C 1 -W 6 >/dev/null
