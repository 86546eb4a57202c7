#!/bin/sh
# Bring both databases of the Temporal server to the schema of this image. Safe on every start: what is there stays.
# When the server is upgraded this runs first, one minor version at a time.
# Wants SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD.
set -eu

versioned=/etc/temporal/schema/postgresql/v12

bring() { # database, folder of its versions
    echo "schema: $1"
    temporal-sql-tool --db "$1" setup-schema -v 0.0 # does nothing where there is a version already
    temporal-sql-tool --db "$1" update-schema -d "$versioned/$2/versioned"
}

bring temporal temporal
bring temporal_visibility visibility
