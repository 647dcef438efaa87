"""Pages of the operator (运营主体): what waits, the files behind it, the mall, the rules."""
