"""What is signed or sealed, and how it is checked."""
