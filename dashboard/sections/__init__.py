"""The parts of pages that are more than a chart."""
