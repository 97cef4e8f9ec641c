"""问询室: what we ask, say and understand. No I/O; imports `state_machine` and nothing else of ours."""
