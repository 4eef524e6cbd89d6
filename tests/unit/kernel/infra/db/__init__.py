"""Tests of what the database's words mean, without a database."""
