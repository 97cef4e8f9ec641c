"""SMS: the gateway's client, its receipts, and what proves a number; against the stand-in as a process."""
