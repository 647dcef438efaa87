"""Languages of the pages (翻译): Chinese texts are the ids, `en/*.po` hold the English."""
