"""Pure calculation of identity: phones, papers, passwords, second factors."""
