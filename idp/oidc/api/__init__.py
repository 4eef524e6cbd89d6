"""Machine endpoints: parse, call a flow, lay the answer out."""
