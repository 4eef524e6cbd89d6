"""Our relying-party half against providers of a test federation, over HTTP."""
