"""Pages of whoever keeps the staff of an institution (人员管理): operator, Bureau, agency, exchange."""
