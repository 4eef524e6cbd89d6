"""Plan oidcc-basic-certification-test-plan."""
