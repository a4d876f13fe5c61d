"""Find out why a Django project starts slowly. PYTEST_DONT_REWRITE: pytest may find it loaded already."""
