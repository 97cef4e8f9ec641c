"""档案室: tables, encryption, material files, outbox, audit. Imports `state_machine` and nothing else of ours."""
