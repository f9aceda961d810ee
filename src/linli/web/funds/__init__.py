"""奖补资金 funds: budgets, applications, two-step approval, payments and an append-only double-entry ledger."""
