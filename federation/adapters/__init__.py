"""Ports of the federation's readers over the network."""
