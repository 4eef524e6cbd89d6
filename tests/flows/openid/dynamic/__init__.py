"""Plan oidcc-dynamic-certification-test-plan."""
