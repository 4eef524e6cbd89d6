"""What a portal does about sign-in: begin, finish, know, sign out, be told to."""
