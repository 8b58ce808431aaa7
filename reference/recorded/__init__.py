"""Records of what other libraries say, and the scripts that made them."""
