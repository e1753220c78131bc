"""The sheets of single publishers' workbooks: which there are, and each from cells to rows."""
