"""Where a value comes from, as a page and as data: the cell of the kept file, or the rule and what it was made from."""
