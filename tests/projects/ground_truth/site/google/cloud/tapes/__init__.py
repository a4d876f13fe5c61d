from truth.costs import burn

burn(25)
