"""One HTTP client for every ERP: gentle, patient with reads, and honest about writes whose outcome is unknown."""
