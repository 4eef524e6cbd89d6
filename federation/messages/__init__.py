"""Wire formats: chains for operators, the public endpoints, archives."""
