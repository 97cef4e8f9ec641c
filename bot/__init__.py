"""前厅: the only room that touches network and clock: channels, desk, delivery, settings, wiring, command line."""
