"""Two moments of one view, A and B: what a link says of them, what differs between their tables, what did it, and how it looks."""
