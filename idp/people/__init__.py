"""Accounts, sealed identifiers, organisations, mandates, upstream links."""
