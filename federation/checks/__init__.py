"""One function per clause of OpenID Federation 1.0."""
