"""The public service portal, of the nation or of a province."""
