from truth.costs import burn

burn(30)

SECRET_KEY = "truth"
ROOT_URLCONF = "truth.urls"
INSTALLED_APPS = ["alpha.apps.AlphaConfig", "beta"]
USE_TZ = True
