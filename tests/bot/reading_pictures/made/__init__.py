"""Pictures of cards nobody has: fictional people, drawn cards, and a bad photographer. All by seed."""
