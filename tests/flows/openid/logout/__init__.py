"""Plans of sign-out: RP-initiated, front-channel, back-channel."""
