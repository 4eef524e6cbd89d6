"""The token issuer: people, sessions, logins, tokens."""
