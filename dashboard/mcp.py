"""The ledger for an assistant on this machine: `python -m dashboard.mcp` speaks the Model Context Protocol over stdio."""

import logging

from dashboard.web.assistants.server import server

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)  # to the standard error: the standard output is the assistant's
    server().run("stdio")
