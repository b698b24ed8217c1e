#!/bin/sh
# Starts the broker: makes the password file from the secret, then becomes the broker.
# Usage: start.sh [key=value ...]   settings that replace those of mosquitto.conf
# Environment: MQTT_PASSWORD_FILE  password of the user lanewatch   (/run/secrets/mqtt-password)
#              MOSQUITTO_RUN       folder for the settings in use   (/run/mosquitto)
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
run=${MOSQUITTO_RUN:-/run/mosquitto}
settings=$run/mosquitto.conf

cp "$here/mosquitto.conf" "$settings"
chmod u+w "$settings"
for setting in "password_file=$run/passwords" "$@"; do
  key=${setting%%=*}
  grep -v "^$key " "$settings" >"$settings.new"
  mv "$settings.new" "$settings"
  printf '%s %s\n' "$key" "${setting#*=}" >>"$settings"
done

rm -f "$run/passwords"
printf 'lanewatch:%s\n' "$(cat "${MQTT_PASSWORD_FILE:-/run/secrets/mqtt-password}")" >"$run/passwords"
mosquitto_passwd -U "$run/passwords"
exec mosquitto -c "$settings"
