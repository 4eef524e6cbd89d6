"""A demo certificate authority: root and issuing CA, leaf certificates, CRLs."""
