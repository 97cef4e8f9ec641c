"""总览: the manager's numbers, as charts with their tables, and as files."""
