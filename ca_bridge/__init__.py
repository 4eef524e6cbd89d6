"""Recognition of certificates of operating and industry authorities."""
