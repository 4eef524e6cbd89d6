"""Who is a member, what a member may do, and who decided so."""
