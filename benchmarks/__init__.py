"""How fast a nation is provisioned, beside the least raw work for the same outcome."""
