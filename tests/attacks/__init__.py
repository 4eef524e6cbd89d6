"""What an attacker sends, sent: families generated from the tables of the whole house."""
