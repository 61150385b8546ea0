"""What the warm analyzer servers share: framing, a connection, a supervised process."""
