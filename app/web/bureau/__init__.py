"""Pages of the Bureau (主管部门) on the points side: approvals, appointment, targets, figures."""
