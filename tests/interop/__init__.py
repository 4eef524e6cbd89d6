"""The protocols against software of others."""
