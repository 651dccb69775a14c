"""Who presents what, worked out fairly: an integer programme over plain facts, without a database."""
