"""Reference clients that keep no secret: an app on a person's machine, and a kiosk."""
