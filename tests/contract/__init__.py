"""Every port's promises, held by every implementation of it."""
