#!/bin/sh
# Starts the broker: prepares an empty data folder once, then becomes the broker.
# Usage: start.sh [key=value ...]   settings that replace those of server.properties
# Environment: KAFKA_LIBS           folder of Kafka's jars           (/opt/kafka/libs)
#              KAFKA_PASSWORD_FILE  password of the user lanewatch   (/run/secrets/kafka-password)
#              KAFKA_RUN            folder for the settings in use   (/tmp)
#              KAFKA_HEAP_OPTS      the JVM's heap                   (-Xms256m -Xmx256m)
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
libs=${KAFKA_LIBS:-/opt/kafka/libs}
settings=${KAFKA_RUN:-/tmp}/server.properties
password_file=${KAFKA_PASSWORD_FILE:-/run/secrets/kafka-password}

cp "$here/server.properties" "$settings"
chmod u+w "$settings"
for setting in "$@"; do printf '\n%s\n' "$setting" >>"$settings"; done

set -f
set -- -cp "$libs/*" "-Dlog4j2.configurationFile=$here/log4j2.yaml" -XX:+ExitOnOutOfMemoryError

password=$(cat "$password_file")
case $password in
'' | *[!A-Za-z0-9._~-]*)
  echo "The Kafka password must be made of letters, digits and . _ ~ - only." >&2
  exit 1
  ;;
esac
java "$@" -Xmx128m kafka.tools.StorageTool format --ignore-formatted --config "$settings" \
  --cluster-id "${KAFKA_CLUSTER_ID:-bGFuZXdhdGNoLXNpdGUtMQ}" \
  --add-scram "SCRAM-SHA-512=[name=lanewatch,password=$password]"
# The heap's options are words.
# shellcheck disable=SC2086
exec java "$@" ${KAFKA_HEAP_OPTS:--Xms256m -Xmx256m} kafka.Kafka "$settings"
