"""The plan of the house, held by tests."""
