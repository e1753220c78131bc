"""The Update page in parts: a file taken, what was understood, what would change, publishing, history."""
