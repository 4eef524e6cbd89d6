"""Rules about trust marks and callers, one function per clause."""
