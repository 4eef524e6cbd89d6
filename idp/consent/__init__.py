"""Consent, or a statutory notice, before anything is released."""
