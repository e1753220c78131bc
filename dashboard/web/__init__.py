"""The web process around the pages: guard, compression, health and the routes that are not pages."""
