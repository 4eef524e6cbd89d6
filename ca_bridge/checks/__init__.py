"""One module per specification, one function per clause."""
