"""Rules about upstreams' answers, one function per clause."""
