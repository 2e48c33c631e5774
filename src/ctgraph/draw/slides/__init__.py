"""Stories as PowerPoint slides of native shapes."""
