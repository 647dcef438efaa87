"""Carbon points (碳积分): accounts, lots, statements, redemptions and benefits."""
