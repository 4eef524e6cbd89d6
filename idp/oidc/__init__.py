"""OAuth 2.0 and OpenID Connect, as the hub speaks them to relying parties."""
