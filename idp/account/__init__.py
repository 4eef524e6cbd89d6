"""A person's own page: sessions, authenticators, what was released."""
