"""The layers in front of the pages, each with one job."""
