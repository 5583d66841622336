"""What comes in: files taken in, the roster through the year, the ledger, keys."""
