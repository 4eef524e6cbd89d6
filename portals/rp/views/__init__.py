"""Sign-in, its answer, sign-out, and the hub's word that a session is over."""
