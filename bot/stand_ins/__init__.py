"""Stand-ins for services of others, for tests and the demo. They send nothing to anybody."""
