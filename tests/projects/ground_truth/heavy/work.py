from truth.costs import burn

burn(100)
