"""A nation, two provinces and their portals on one machine, and journeys through them."""
