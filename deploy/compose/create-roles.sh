#!/bin/sh
# Runs once, when the database is created: the owner of the tables, and the role of the portals. docs/operate/database.md
# has the same statements.
set -eu
secrets=${SECRETS:-/run/secrets}
psql --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v owner_password="$(cat "$secrets/database-owner-password")" \
  -v portal_password="$(cat "$secrets/database-password")" <<'SQL'
CREATE ROLE latchkey_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE latchkey LOGIN PASSWORD :'portal_password';
CREATE DATABASE latchkey OWNER latchkey_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE latchkey FROM PUBLIC;
GRANT CONNECT ON DATABASE latchkey TO latchkey;
SQL
