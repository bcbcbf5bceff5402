#!/bin/sh
# Makes the secrets that are Latchkey's own, in compose/secrets, and keeps those that exist. What comes from Okta, from
# the mail server and from your certificate authority is yours to add: docs/operate/containers.md.
set -eu
umask 077
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
make() { [ -s "$folder/$1" ] || { "$2" > "$folder/$1.new" && mv "$folder/$1.new" "$folder/$1"; }; }
password() { openssl rand -hex 24; }
secret() { openssl rand -base64 32; }
key() { openssl genpkey -algorithm ed25519; }
url() { printf 'postgres://%s:%s@database:5432/latchkey?sslmode=disable\n' "$1" "$(cat "$folder/$2")"; }
owner_url() { url latchkey_owner database-owner-password; }
portal_url() { url latchkey database-password; }
make database-admin-password password
make database-owner-password password
make database-password password
make database-owner-url owner_url
make database-url portal_url
make session-secret secret
make audit-signing-key key
for name in certificate.pem okta-client-secret okta-service-key smtp-url; do
  [ -s "$folder/$name" ] || echo "still missing: $folder/$name"
done
