"""What people follow: deadlines in their calendar, changes in their feed reader. Both come from the ledger."""
