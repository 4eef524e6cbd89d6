"""The modules of the FAPI 2.0 Security Profile plan, for both kinds of its clients."""
