"""Endpoints of the provider."""
