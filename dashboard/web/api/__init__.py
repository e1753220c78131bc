"""The data side of the web process: datasets, charts, releases, rates and deadlines by address, described by OpenAPI."""
