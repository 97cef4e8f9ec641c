"""规矩: pure rules on `transitions`. Knows no channel, no clock, no table; imports nothing of ours."""
