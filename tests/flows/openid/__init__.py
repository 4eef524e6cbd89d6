"""The OpenID Foundation's plans for a provider, module by module, over the whole house."""
