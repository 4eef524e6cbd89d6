"""The proxies we ship files for, before the server we serve with."""
