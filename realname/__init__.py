"""Real-name verification and identity proofing."""
