"""Programs of others beside the hub, each stand-alone."""
