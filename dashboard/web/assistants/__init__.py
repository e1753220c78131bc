"""For assistants: the API's own answers through the Model Context Protocol, at `/mcp` and over stdio, and `/llms.txt`."""
