"""The offline edition: a release as a folder of plain pages, pictures and tables that needs no server and no network."""
