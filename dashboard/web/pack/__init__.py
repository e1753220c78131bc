"""A briefing made of views: what is in it, and the files that it becomes."""
