"""What optimization can try; each is a hypothesis, a switch, a measurement and a way back."""
