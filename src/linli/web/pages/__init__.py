"""The skeleton of every page and the parts pages are made of."""
