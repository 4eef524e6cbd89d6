#!/usr/bin/env bash
# {{ name }}: a sign-in by hand with curl and openssl.
{% if method in ("client_secret_basic", "client_secret_post") %}
# The secret comes from the environment: TRUSTHUB_CLIENT_SECRET.
{% endif %}
set -euo pipefail
issuer={{ issuer | sh }}
client_id={{ client_id | sh }}
{% if method == "client_secret_basic" %}
proof=(--user "$client_id:$TRUSTHUB_CLIENT_SECRET")
{% elif method == "client_secret_post" %}
proof=(--data-urlencode "client_id=$client_id" --data-urlencode "client_secret=$TRUSTHUB_CLIENT_SECRET")
{% else %}
proof=(--data-urlencode "client_id=$client_id")
{% endif %}
ask() { curl --silent --show-error --fail-with-body "$@"; }
member() { sed -E 's/.*"'"$1"'":"([^"]*)".*/\1/'; }
{% if by_code %}
redirect_uri={{ redirect_uri | sh }}
scope={{ scope | sh }}

# 1. PKCE (RFC 7636): a fresh verifier, and its challenge.
verifier=$(openssl rand -base64 48 | tr -d '\n=' | tr '+/' '-_')
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | openssl base64 | tr -d '\n=' | tr '+/' '-_')
state=$(openssl rand -hex 16)
nonce=$(openssl rand -hex 16)

# 2. Push the request (RFC 9126), so that the address below is short and cannot be bent.
pushed=$(ask "$issuer/oauth2/par" "${proof[@]}" \
  --data-urlencode "response_type=code" \
  --data-urlencode "redirect_uri=$redirect_uri" \
  --data-urlencode "scope=$scope" \
  --data-urlencode "state=$state" \
  --data-urlencode "nonce=$nonce" \
  --data-urlencode "code_challenge=$challenge" \
  --data-urlencode "code_challenge_method=S256")
request_uri=$(member request_uri <<<"$pushed")
echo "Open in a browser:" >&2
echo "$issuer/oauth2/authorize?client_id=$client_id&request_uri=${request_uri//:/%3A}" >&2

# 3. After the sign-in the browser is at the redirect URI: paste that whole address here.
read -r -p "Address the browser was sent to: " answer
query=${answer#*\?}
parameter() { tr '&' '\n' <<<"$query" | sed -n "s/^$1=//p"; }
[[ $(parameter state) == "$state" ]] || { echo "state is not ours" >&2; exit 1; }
[[ $(parameter iss | sed 's/%3A/:/g; s/%2F/\//g') == "$issuer" ]] || { echo "iss is not ours" >&2; exit 1; }
code=$(parameter code)

# 4. The code for tokens (RFC 6749 §4.1.3), once.
tokens=$(ask "$issuer/oauth2/token" "${proof[@]}" \
  --data-urlencode "grant_type=authorization_code" \
  --data-urlencode "code=$code" \
  --data-urlencode "redirect_uri=$redirect_uri" \
  --data-urlencode "code_verifier=$verifier")
access_token=$(member access_token <<<"$tokens")

# 5. Who is it? Bind your records to sub, never to a name. (A library also checks the ID token.)
ask "$issuer/oidc/userinfo" --header "Authorization: Bearer $access_token"
echo
{% else %}

# A token of the client itself (RFC 6749 §4.4).
tokens=$(ask "$issuer/oauth2/token" "${proof[@]}" \
  --data-urlencode "grant_type=client_credentials")
echo "$tokens"
{% endif %}
