"""场所登记 places: the register of communities, estates, facilities, rooms and plots, each with its versions."""
