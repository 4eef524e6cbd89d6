"""Vaults: where private keys lie."""
