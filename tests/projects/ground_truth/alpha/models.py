import shared_lib

from truth.costs import burn

burn(80)
