"""Words that every room shares, the proofs above them and the drivers under them."""
