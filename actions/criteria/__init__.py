"""What a call asks of those who apply, and the verdicts that follow from what they told."""
