"""The root of trust: the only room that holds the installation's keys."""
