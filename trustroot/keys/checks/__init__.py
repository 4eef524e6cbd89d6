"""Rules about what people do to keys."""
