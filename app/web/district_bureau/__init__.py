"""Pages of a district's bureau (区县生态环境局): what lies in its own area, and nothing else."""
