"""From a file a person has to a release: proposal, merge, warnings, new sources."""
