"""The pages of a portal's counter."""
