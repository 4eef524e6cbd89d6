"""What takes hours, or changes the code to see a test fail (make deep)."""
