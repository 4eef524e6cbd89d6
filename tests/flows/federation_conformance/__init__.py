"""Our trust entity as the conformance suite sees it: one module a file."""
