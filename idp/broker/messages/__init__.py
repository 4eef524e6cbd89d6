"""What goes to upstreams and operators, and what comes back."""
