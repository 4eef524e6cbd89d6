"""Rules of OpenID Connect for relying parties, one function per clause."""
