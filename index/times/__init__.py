"""Names of months and days, dates as pages write them, and the periods that texts name."""
