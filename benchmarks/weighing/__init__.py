"""How the benchmarks weigh things: load, servers that take turns, evidence."""
