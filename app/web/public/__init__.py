"""Pages that everybody may read (公众): what this is, its rules, its methods, its figures."""
