"""Wire formats: parse into values, values to the wire."""
