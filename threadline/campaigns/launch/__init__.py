"""The launch: what it will do, what is asked for before, who approves it, and taking it back."""
