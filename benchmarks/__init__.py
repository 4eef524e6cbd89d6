"""One file per claim; each prints its figures, the interpreter, and how it measured."""
