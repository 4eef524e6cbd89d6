"""Our provider joined to a test federation: the modules of the conformance plan."""
