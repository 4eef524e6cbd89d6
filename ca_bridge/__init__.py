"""Registry of certificate authorities, their signed list, and checks of certificates."""
