#!/bin/sh
# Give the mission its namespace, its retention and its search attributes. Safe on every start.
# Wants MISSION, RETENTION and TEMPORAL_ADDRESS.
set -eu

# A server that has just started, or a namespace just made, is not known everywhere for some seconds.
patiently() {
    tries=30
    until "$@"; do
        tries=$((tries - 1))
        if [ "$tries" -eq 0 ]; then
            echo "namespace: gave up on: $*" >&2
            return 1
        fi
        sleep 2
    done
}

patiently temporal operator cluster health
if temporal operator namespace describe --namespace "$MISSION" >/dev/null 2>&1; then
    patiently temporal operator namespace update --namespace "$MISSION" --retention "$RETENTION"
else
    patiently temporal operator namespace create --namespace "$MISSION" --retention "$RETENTION"
fi

# One call for each: given several names, the command registers the first and reports them all.
while read -r name type; do
    patiently temporal operator search-attribute create --namespace "$MISSION" --name "$name" --type "$type" </dev/null
done <"$(dirname "$0")/search-attributes"
