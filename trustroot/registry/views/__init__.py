"""The public page on which an organisation applies to be a member."""
