"""Signing in with an authenticator of one's own, or choosing a province."""
