"""How fast a nation is provisioned, compared with the least raw work for an equal outcome."""
