"""To be told when a view changes: what is followed and by which rule, what there is to tell, and how it is sent."""
