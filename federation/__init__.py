"""Reading the statements of others: chains to a configured anchor."""
