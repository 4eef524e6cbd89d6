"""Rules about registrations, one module per specification."""
