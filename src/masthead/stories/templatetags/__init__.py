"""Tags of Django's templates."""
