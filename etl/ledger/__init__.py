"""The ledger: releases in a DuckLake, written in one transaction, read from copies in memory."""
