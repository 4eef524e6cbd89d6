"""Real-name verification; the numbers stay behind the hub."""
