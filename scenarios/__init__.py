"""Low-carbon scenarios (低碳场景): what counts as a behaviour and how much it saves."""
