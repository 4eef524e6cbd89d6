"""Rules, one function per clause, one module per specification."""
