"""The ways to an applicant besides the web chat: each turns what we say into its own messages, and hears its own."""
