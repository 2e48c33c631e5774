"""The pages for people: a file a page, with their templates and scripts."""
