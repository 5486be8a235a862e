"""Programs that use credit-sdk the way its users do."""
