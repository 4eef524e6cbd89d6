"""Relying parties: one record each, with a facet per protocol."""
