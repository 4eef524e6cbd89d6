"""Portals: relying parties that meet the hub over HTTP, as a stranger would."""
