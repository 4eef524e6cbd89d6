"""A plain OpenID provider of somebody else's, with faults that can be switched on."""
