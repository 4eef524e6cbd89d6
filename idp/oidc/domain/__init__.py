"""Values and pure rules of this room: issuer, requests, grants."""
