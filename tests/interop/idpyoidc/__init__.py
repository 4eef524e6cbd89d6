"""What runs in the environment of idpyoidc."""
