from truth.costs import burn

burn(45)
urlpatterns = []
