"""生活圈 lifecircle: who can walk to what, by which way, and what one more facility would change at once."""
