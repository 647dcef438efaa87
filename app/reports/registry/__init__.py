"""What anyone may read of the registry (登记公开): as it is now, or as it was at the end of any past day."""
