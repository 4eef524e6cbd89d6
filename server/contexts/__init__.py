"""Who calls an API, where it is, and how it is called: files and a client."""
