"""The broker's records in the relational database."""
