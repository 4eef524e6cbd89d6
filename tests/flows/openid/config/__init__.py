"""Plan oidcc-config-certification-test-plan."""
