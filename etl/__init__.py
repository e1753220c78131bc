"""The write side: sources and people's files become checked tables, and checked tables become releases."""
