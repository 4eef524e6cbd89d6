"""A small agent on a person's own machine that signs certificate challenges."""
