"""Plan oidcc-formpost-basic-certification-test-plan."""
