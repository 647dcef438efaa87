"""Reports of wrongdoing (举报): anyone writes, supervisors alone read, and the reporter is answered."""
