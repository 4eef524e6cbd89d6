"""A plain ministry portal, a relying party like any other."""
