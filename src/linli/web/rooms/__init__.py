"""存量用房 rooms: vacant public rooms offered, checked, reserved and used, matched to the gaps around them."""
