"""Plan oidcc-3rdparty-init-login-certification-test-plan."""
