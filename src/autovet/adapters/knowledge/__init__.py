"""What the user added to what Autovet knows: indexed wheels and newer lists of names."""
