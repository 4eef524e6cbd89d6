"""What an operator may set: one typed page, its profiles and its loader."""
